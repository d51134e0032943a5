import { keptSpending, budgetOf, spend } from './alarm-budget.ts';
import { admit, type AdmissionRules } from './admission.ts';
import { casesOf, knowsOpen, type AlertCase } from './alert-case.ts';
import { answeredFiring } from './answered.ts';
import { createHoursReader } from './day-hours.ts';
import { escalate } from './escalation.ts';
import { dueTime, liveGroups, withNotified, withWaits } from './group-timing.ts';
import { holdsOf } from './holds.ts';
import type { AlertLedger, Hold, Ledger, PlannedDelivery, PlannedStep } from './notification-plan.ts';
import { pendingChanges, type PendingChange } from './pending-changes.ts';
import { lookAgain, startDraft, tell, type PlanDraft } from './plan-draft.ts';
import type { Plan, PlanInput } from './plan-input.ts';
import { routeTree } from './route-handling.ts';

/**
 * Decides whom to tell of a person's alerts now, and when to look again. It compares each alert with what each channel was told
 * of it, so it may be called at any time and any number of times: only a difference that is due is told, and once.
 *
 * With n alerts, c channels, r routes and s silences that may concern an alert the work is O(n × (c + r + s)).
 */
export function planNotifications(input: PlanInput): Plan {
  const { ledger, budgets, now } = input;
  const rules = { ...input, readHours: createHoursReader(input.person.timeZone, now) };
  const routes = routeTree(input.routing);
  const cases = casesOf(input, rules.readHours);
  const draft = startDraft(input);

  tellDueChanges(draft, admit(pendingChanges(cases, draft, routes), draft, rules).admitted, rules);
  const answered = cases.flatMap((alertCase) => answeredFiring(draft, alertCase) ?? []);
  const unanswered = cases.filter((alertCase) => escalate(draft, alertCase, rules));

  const remaining = admit(pendingChanges(cases, draft, routes), draft, rules);
  const holds = holdsOf(cases, remaining, draft, ledger.alerts);
  draft.groups = liveGroups(withWaits(draft.groups, remaining.admitted, now), routesInUse(draft));
  for (const change of remaining.admitted) lookAgain(draft, dueTime(change, draft.groups));
  for (const { delay } of remaining.delayed) lookAgain(draft, delay.until ?? Infinity);
  for (const alertCase of cases) lookAgain(draft, changeTime(draft, alertCase));

  return {
    deliveries: deliveriesOf(draft, input),
    ledger: {
      alerts: alertLedgers(draft, cases, holds),
      groups: draft.groups,
      spent: keptSpending(draft.spent, budgets, now),
    },
    nextDue: draft.nextDue === Infinity ? null : draft.nextDue,
    unanswered: unanswered.map(({ alert }) => alert.alertId),
    answered,
  };
}

type TellingRules = AdmissionRules & Pick<PlanInput, 'changedAt'>;

function tellDueChanges(draft: PlanDraft, changes: readonly PendingChange[], rules: TellingRules): void {
  const { now } = draft;
  draft.groups = withWaits(draft.groups, changes, Math.min(now, rules.changedAt ?? now));
  const notified = new Set<string>();
  for (const change of changes) {
    const { alertCase, channel, reason, route, pace } = change;
    if (dueTime(change, draft.groups) > now) continue;
    const { alertId, severity } = alertCase.alert;
    const budget = budgetOf(change, draft.told.get(alertId) ?? {}, draft.spent, { ...rules, now });
    if (!tell(draft, alertCase, { channel, reason, route: route.id })) continue;
    if (budget !== null) draft.spent = spend(draft.spent, alertId, severity, now);
    if (pace !== 'at_once') notified.add(route.id);
  }
  draft.groups = withNotified(draft.groups, notified, now);
}

/** An alert that has ended, and of whose end everybody was told, changes by nothing any more. */
function changeTime({ told }: PlanDraft, { alert, isOpen, changesAt }: AlertCase): number {
  const isUsed = isOpen || Object.values(told.get(alert.alertId) ?? {}).some((state) => knowsOpen(state));
  return isUsed ? changesAt : Infinity;
}

function routesInUse({ told }: PlanDraft): ReadonlySet<string> {
  const states = [...told.values()].flatMap((byChannel) => Object.values(byChannel));
  return new Set(states.filter((state) => knowsOpen(state)).map(({ route }) => route));
}

/** A question to the person is a message of its own: beside other alerts a phone has no room for the answers. */
function deliveriesOf(
  { steps }: PlanDraft,
  { channels, person, alerts }: Pick<PlanInput, 'channels' | 'person' | 'alerts'>,
): readonly PlannedDelivery[] {
  const asking = new Set(alerts.flatMap(({ alertId, asksQuestion }) => (asksQuestion ? [alertId] : [])));
  const byChannel = new Map<string, { shared: PlannedStep[]; alone: PlannedStep[] }>();
  for (const { channel, ...step } of steps) {
    const facts = channels.get(channel);
    const isAsked = facts?.subjectId === person.subjectId && asking.has(step.alertId);
    const ofChannel = byChannel.get(channel) ?? { shared: [], alone: [] };
    byChannel.set(channel, ofChannel);
    ofChannel[facts?.oneAlertAtATime === true || isAsked ? 'alone' : 'shared'].push(step);
  }
  return [...byChannel].flatMap(([channel, { shared, alone }]) => [
    ...(shared.length > 0 ? [{ channel, steps: shared }] : []),
    ...alone.map((step) => ({ channel, steps: [step] })),
  ]);
}

function alertLedgers(
  draft: PlanDraft,
  cases: readonly AlertCase[],
  holds: ReadonlyMap<string, Hold>,
): Ledger['alerts'] {
  const entries: [string, AlertLedger][] = [];
  for (const { alert, isOpen } of cases) {
    const { alertId } = alert;
    const told = draft.told.get(alertId) ?? {};
    if (!isOpen && !Object.values(told).some((state) => knowsOpen(state))) continue;
    const [hold, escalations] = [holds.get(alertId), draft.escalations.get(alertId)];
    const [unanswered, answered] = [draft.unanswered.get(alertId), draft.answered.get(alertId)];
    const entry: AlertLedger = {
      told,
      ...(hold !== undefined && { hold }),
      ...(escalations !== undefined && { escalations }),
      ...(unanswered !== undefined && { unanswered }),
      ...(answered !== undefined && { answered }),
    };
    if (Object.keys(told).length > 0 || Object.keys(entry).length > 1) entries.push([alertId, entry]);
  }
  return Object.fromEntries(entries);
}
