import type { Admission } from './admission.ts';
import { knowsOpen, type AlertCase } from './alert-case.ts';
import type { AlertLedger, Hold } from './notification-plan.ts';
import type { PlanDraft } from './plan-draft.ts';

type HoldCause = Omit<Hold, 'since'>;

/** By alert, why nobody is told of it; open alerts only. Its `since` stays that of the hold before, as long as the cause does. */
export function holdsOf(
  cases: readonly AlertCase[],
  { admitted, delayed }: Admission,
  draft: PlanDraft,
  before: Readonly<Record<string, AlertLedger>>,
): ReadonlyMap<string, Hold> {
  const coming = new Set(admitted.map(({ alertCase }) => alertCase.alert.alertId));
  const delays = new Map<string, HoldCause>();
  for (const { change, delay } of delayed) {
    const { alertId } = change.alertCase.alert;
    const known = delays.get(alertId);
    if (known?.reason === 'quiet_hours' && delay.reason === 'budget') continue;
    const until = Math.min(known?.until ?? Infinity, delay.until ?? Infinity);
    delays.set(alertId, { reason: delay.reason, ...(until !== Infinity && { until }) });
  }
  const holds = new Map<string, Hold>();
  for (const alertCase of cases) {
    const { alertId } = alertCase.alert;
    if (!alertCase.isOpen) continue;
    const isTold = Object.values(draft.told.get(alertId) ?? {}).some((state) => knowsOpen(state));
    const cause = alertCase.restraint ?? (isTold || coming.has(alertId) ? null : causeOf(alertCase, delays));
    if (cause === null) continue;
    const known = before[alertId]?.hold;
    const isSame = known?.reason === cause.reason && known.by === cause.by;
    holds.set(alertId, { ...cause, since: isSame ? known.since : draft.now });
  }
  return holds;
}

function causeOf(
  { alert, isAcknowledged, isTooMinor, routes }: AlertCase,
  delays: ReadonlyMap<string, HoldCause>,
): HoldCause {
  if (isAcknowledged) {
    const until = alert.acknowledged?.until ?? null;
    return { reason: 'acknowledged', ...(until !== null && { until }) };
  }
  const delay = delays.get(alert.alertId);
  if (delay !== undefined) return delay;
  return { reason: isTooMinor && routes.length === 0 ? 'info' : 'no_route' };
}
