import type { NoteUnreadable } from '../../unreadable-rows.ts';
import { emptyLedger, type Ledger } from '../domain/notification-plan.ts';

/**
 * What is remembered of a person's notifications. Of a row that has another form nothing is remembered: people may be told
 * again, but nobody is forgotten.
 */
export function readLedger(
  { subjectId, ledger }: { readonly subjectId: string; readonly ledger: unknown },
  note: NoteUnreadable,
): Ledger {
  if (isLedger(ledger)) return ledger;
  note('alerts.notification_groups', subjectId, undefined);
  return emptyLedger;
}

function isLedger(value: unknown): value is Ledger {
  if (!isRecord(value)) return false;
  const { alerts, groups, spent } = value;
  return (
    isRecord(alerts) &&
    Object.values(alerts).every((one) => isRecord(one) && isRecord(one['told'])) &&
    isRecord(groups) &&
    Object.values(groups).every(isRecord) &&
    Array.isArray(spent) &&
    spent.every(isRecord)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
