import { quietEnd } from './admission.ts';
import { knowsOpen, type AlertCase, type CaseRoute } from './alert-case.ts';
import type { HoursReader } from './day-hours.ts';
import type { EscalationLedger, ToldState } from './notification-plan.ts';
import { lookAgain, tell, type PlanDraft } from './plan-draft.ts';
import type { ChannelFacts } from './plan-input.ts';
import type { RouteHandling } from './route-handling.ts';
import { isQuestionRoute } from './route-tree.ts';

/** How long a critical alert may stay unanswered where no escalation says so. */
const answerMs = 15 * 60_000;

type EscalationRules = {
  readonly channels: ReadonlyMap<string, ChannelFacts>;
  readonly readHours: HoursReader;
  readonly isOperators: boolean;
};

/**
 * Tells the next people of an alert that nobody acknowledges. True: it is critical and its last step is over, which is said once
 * per firing. Operators' own alerts are never unanswered: there is nobody else to tell.
 */
export function escalate(draft: PlanDraft, alertCase: AlertCase, rules: EscalationRules): boolean {
  const { alert, restraint, isAcknowledged } = alertCase;
  const routes = alertCase.routes.filter(({ handling }) => mayEscalate(alertCase, handling));
  const before = draft.escalations.get(alert.alertId) ?? {};
  let entries = new Map(routes.map(({ handling: { id } }) => [id, before[id]]));
  if (restraint !== null) entries = new Map([...entries].map(([id, entry]) => [id, heldEntry(entry)]));
  else if (!isAcknowledged) {
    for (let steps = -1; steps !== draft.steps.length;) {
      steps = draft.steps.length;
      // Whatever a step tells may start the escalation of another route.
      entries = new Map(
        routes.map((route) => [route.handling.id, started(draft, alertCase, route, entries)]),
      );
      for (const { handling } of routes) {
        const entry = entries.get(handling.id);
        if (entry === undefined) continue;
        entries.set(
          handling.id,
          withSteps(draft, alertCase, handling, { entry: releasedEntry(entry, handling, draft.now), rules }),
        );
      }
    }
  }
  const kept = [...entries].filter((entry): entry is [string, EscalationLedger] => entry[1] !== undefined);
  if (kept.length > 0) draft.escalations.set(alert.alertId, Object.fromEntries(kept));
  else draft.escalations.delete(alert.alertId);
  if (restraint !== null || isAcknowledged || rules.isOperators) return false;
  return becomesUnanswered(draft, alertCase, routes, kept);
}

function mayEscalate({ alert }: AlertCase, { id, escalation }: RouteHandling): boolean {
  return !isQuestionRoute(id) && (escalation.length > 0 || alert.severity === 'critical');
}

/**
 * The escalation of this firing and severity. It starts with the first notification; where no channel can be told of a critical
 * alert, it starts at once, so that somebody hears of it.
 */
function started(
  draft: PlanDraft,
  { alert }: AlertCase,
  { handling, channels }: CaseRoute,
  entries: ReadonlyMap<string, EscalationLedger | undefined>,
): EscalationLedger | undefined {
  const { firingSince, severity, alertId } = alert;
  const isCritical = severity === 'critical';
  const isCurrent = (state: Pick<EscalationLedger, 'firingSince' | 'severity'>) =>
    state.firingSince >= firingSince && (!isCritical || state.severity === 'critical');
  const entry = entries.get(handling.id);
  if (entry !== undefined && isCurrent(entry)) return entry;
  const told = draft.told.get(alertId) ?? {};
  const isTold = (state: ToldState | undefined) =>
    knowsOpen(state) && isCurrent(state) && !isQuestionRoute(state.route);
  const starts = channels.some((channel) => isTold(told[channel])) || (isCritical && channels.length === 0);
  return starts ? { taken: 0, due: draft.now + delayOf(handling, 0), firingSince, severity } : undefined;
}

function heldEntry(entry: EscalationLedger | undefined): EscalationLedger | undefined {
  return entry && { ...entry, held: true };
}

/** Nobody could react to what was not told: a step that was due meanwhile must not come in the same minute. */
function releasedEntry(
  { held, ...entry }: EscalationLedger,
  route: RouteHandling,
  now: number,
): EscalationLedger {
  if (held === undefined) return entry;
  return { ...entry, due: Math.max(entry.due, now + delayOf(route, entry.taken)) };
}

function withSteps(
  draft: PlanDraft,
  alertCase: AlertCase,
  route: RouteHandling,
  { entry, rules }: { entry: EscalationLedger; rules: EscalationRules },
): EscalationLedger {
  const quietUntil = quietEnd(route, alertCase.alert.severity === 'critical', rules.readHours);
  let { taken, due } = entry;
  if (quietUntil !== null && due < quietUntil) due = quietUntil + delayOf(route, taken);
  for (const { channels } of route.escalation.slice(taken)) {
    const dueAt = dueTime(alertCase, route, { taken, due }, draft.now);
    if (dueAt > draft.now) {
      lookAgain(draft, dueAt);
      break;
    }
    for (const channel of channels) {
      if (rules.channels.get(channel)?.active !== true) continue;
      tell(draft, alertCase, { channel, reason: 'escalated', route: route.id });
    }
    taken += 1;
    due = draft.now + delayOf(route, taken);
  }
  return { ...entry, taken, due };
}

function becomesUnanswered(
  draft: PlanDraft,
  alertCase: AlertCase,
  routes: readonly CaseRoute[],
  entries: readonly (readonly [string, EscalationLedger])[],
): boolean {
  const { alertId, severity, firingSince } = alertCase.alert;
  if (severity !== 'critical' || (draft.unanswered.get(alertId) ?? -Infinity) >= firingSince) return false;
  const ends = entries.flatMap(([id, entry]) => {
    const route = routes.find(({ handling }) => handling.id === id)?.handling;
    if (route === undefined || entry.taken < route.escalation.length) return [];
    return [dueTime(alertCase, route, entry, draft.now)];
  });
  const end = Math.min(...ends);
  if (end > draft.now) {
    lookAgain(draft, end);
    return false;
  }
  draft.unanswered.set(alertId, firingSince);
  return true;
}

/** A step that was due while somebody took care of the alert waits its whole delay again. */
function dueTime(
  { alert: { acknowledged } }: AlertCase,
  route: RouteHandling,
  { taken, due }: Pick<EscalationLedger, 'taken' | 'due'>,
  now: number,
): number {
  const until = acknowledged?.until ?? Infinity;
  return until <= now ? Math.max(due, until + delayOf(route, taken)) : due;
}

/** Before the step that follows so many; after the last one its own delay again. */
function delayOf({ escalation }: RouteHandling, taken: number): number {
  const next = escalation[taken];
  if (next !== undefined) return next.afterMs;
  const last = escalation.at(-1)?.afterMs ?? 0;
  return last > 0 ? last : answerMs;
}
