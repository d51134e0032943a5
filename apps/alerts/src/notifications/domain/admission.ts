import type { Budget } from '@bridge/contracts';
import { budgetFreeAt, budgetLeft, budgetOf } from './alarm-budget.ts';
import type { HoursReader } from './day-hours.ts';
import type { PendingChange } from './pending-changes.ts';
import type { PlanDraft } from './plan-draft.ts';
import type { RouteHandling } from './route-handling.ts';

/** Why a change is not told although it is due; until when, where that is known. */
export type Delay = { readonly reason: 'quiet_hours' | 'budget'; readonly until: number | null };

export type Admission = {
  /** They may be told in their time. */
  readonly admitted: readonly PendingChange[];
  readonly delayed: readonly { readonly change: PendingChange; readonly delay: Delay }[];
};

export type AdmissionRules = {
  readonly budgets: readonly Budget[];
  readonly isOperators: boolean;
  readonly readHours: HoursReader;
};

/** Changes of a silenced or inhibited alert are left out: its case says so. Their order decides who gets the budget. */
export function admit(changes: readonly PendingChange[], draft: PlanDraft, rules: AdmissionRules): Admission {
  const { now, spent, told } = draft;
  const left = new Map(rules.budgets.map((budget) => [budget, budgetLeft(budget, spent, now)]));
  const granted = new Set<string>();
  const admitted: PendingChange[] = [];
  const delayed: Admission['delayed'][number][] = [];
  for (const change of changes) {
    const { alert, restraint } = change.alertCase;
    if (restraint !== null) continue;
    const quietUntil = quietEnd(change.route, change.isCritical, rules.readHours);
    if (quietUntil !== null) {
      delayed.push({ change, delay: { reason: 'quiet_hours', until: quietUntil } });
      continue;
    }
    const budget = budgetOf(change, told.get(alert.alertId) ?? {}, spent, { ...rules, now });
    if (budget === null || granted.has(alert.alertId)) {
      admitted.push(change);
      continue;
    }
    const remaining = left.get(budget) ?? 0;
    if (remaining > 0) {
      left.set(budget, remaining - 1);
      granted.add(alert.alertId);
      admitted.push(change);
    } else {
      delayed.push({ change, delay: { reason: 'budget', until: budgetFreeAt(budget, spent, now) } });
    }
  }
  return { admitted, delayed };
}

/** Of the quiet hours that hold a route now; null: they do not. */
export function quietEnd(
  { quietHours }: RouteHandling,
  isCritical: boolean,
  readHours: HoursReader,
): number | null {
  if (quietHours === null || isCritical) return null;
  const { isInside, until } = readHours(quietHours);
  return isInside ? until : null;
}
