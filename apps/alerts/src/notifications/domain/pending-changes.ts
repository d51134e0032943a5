import { isHigher, knowsOpen, type AlertCase } from './alert-case.ts';
import type { NotificationReason, ToldState } from './notification-plan.ts';
import type { PlanDraft } from './plan-draft.ts';
import { handlingOf, type RouteHandling, type RouteTree } from './route-handling.ts';
import { isQuestionRoute, routeBehind } from './route-tree.ts';

/**
 * `at_once`: neither wait nor interval delays it. `grouped`: it waits with its group, from now on where nothing waited before.
 * `timed`: it has a time of its own, and then goes with its group.
 */
export type ChangePace = 'at_once' | 'grouped' | 'timed';

type Difference = {
  readonly reason: NotificationReason;
  readonly pace: ChangePace;
  /** Not due before. */
  readonly notBefore: number;
};

/** A difference between an alert and what one channel was told of it. */
export type PendingChange = Difference & {
  readonly alertCase: AlertCase;
  readonly channel: string;
  readonly route: RouteHandling;
  readonly isCritical: boolean;
};

/**
 * Everything that differs now or will by time alone. Channels that the alert no longer goes to are only told of its end, that
 * somebody takes care of it, and that nobody does any more.
 */
export function pendingChanges(
  cases: readonly AlertCase[],
  { told, now }: PlanDraft,
  routes: RouteTree,
): readonly PendingChange[] {
  return cases.flatMap((alertCase) => {
    const { alert } = alertCase;
    const states = told.get(alert.alertId) ?? {};
    const reached = new Set<string>();
    const pending: PendingChange[] = [];
    const add = (channel: string, route: RouteHandling, difference: Difference | null) => {
      if (difference === null) return;
      const severity = alertCase.isOpen ? alert.severity : states[channel]?.severity;
      pending.push({ ...difference, alertCase, channel, route, isCritical: severity === 'critical' });
    };
    for (const { handling, channels } of alertCase.routes) {
      for (const channel of channels) {
        reached.add(channel);
        add(channel, handling, openDifference(alertCase, states[channel], handling, now));
      }
    }
    for (const [channel, state] of Object.entries(states)) {
      if (reached.has(channel)) continue;
      const route = { ...handlingOf(routes, routeBehind(state.route)), id: state.route };
      add(channel, route, followUp(alertCase, state) ?? takenBack(alertCase, state));
    }
    return pending;
  });
}

/**
 * To everybody who was told of it. The end of an alert waits for its group, so that a short relapse is not told twice; a
 * critical one is told at once.
 */
function followUp({ alert, isOpen, isAcknowledged }: AlertCase, told: ToldState): Difference | null {
  if (!knowsOpen(told)) return null;
  if (!isOpen) return grouped('resolved', told.severity === 'critical');
  return isAcknowledged && told.acknowledgedAt !== alert.acknowledged?.at ? atOnce('acknowledged') : null;
}

/** One step tells all of an alert, so the most important difference names the reason. */
function openDifference(
  alertCase: AlertCase,
  told: ToldState | undefined,
  route: RouteHandling,
  now: number,
): Difference | null {
  const { alert, isAcknowledged } = alertCase;
  const { severity, status, summaryHash, firingSince } = alert;
  const isCritical = severity === 'critical';
  const asks = isQuestionRoute(route.id);
  // Whoever takes care of it cannot answer in the person's place.
  if (!knowsOpen(told)) return isAcknowledged && !asks ? null : grouped(asks ? 'asked' : 'fired', isCritical);
  const followed = followUp(alertCase, told);
  if (followed !== null) return followed;
  if (firingSince > told.firingSince) return grouped('fired', isCritical);
  if (asks && told.asked !== true) return grouped('asked', isCritical);
  if (isHigher(severity, told.severity)) return grouped('raised', isCritical);
  if (status === 'unconfirmed' && told.status === 'firing') return grouped('unconfirmed', isCritical);
  if (isReturned(alertCase, told, now) && !asks) return atOnce('repeated');
  const update =
    told.at + (route.notifiesUpdates && summaryHash !== told.summaryHash ? route.intervalMs : Infinity);
  const repeat = told.at + (isAcknowledged ? Infinity : route.repeatMs);
  if (update === Infinity && repeat === Infinity) return null;
  return update <= repeat
    ? { reason: 'updated', pace: 'timed', notBefore: update }
    : { reason: 'repeated', pace: isCritical ? 'at_once' : 'timed', notBefore: repeat };
}

/** Nobody takes care of it any more, whether or not the channel was told that somebody did. */
function isReturned({ alert, isAcknowledged }: AlertCase, told: ToldState, now: number): boolean {
  const until = alert.acknowledged?.until ?? Infinity;
  return !isAcknowledged && (told.acknowledgedAt !== undefined || (told.at < until && until <= now));
}

/** Whoever relies on somebody must hear that nobody takes care any more; a rise is told by the escalation, which starts anew. */
function takenBack({ alert, isAcknowledged }: AlertCase, told: ToldState): Difference | null {
  const relies = knowsOpen(told) && told.acknowledgedAt !== undefined && !isQuestionRoute(told.route);
  return relies && !isAcknowledged && !isHigher(alert.severity, told.severity) ? atOnce('repeated') : null;
}

function atOnce(reason: NotificationReason): Difference {
  return { reason, pace: 'at_once', notBefore: 0 };
}

function grouped(reason: NotificationReason, isCritical: boolean): Difference {
  return isCritical ? atOnce(reason) : { reason, pace: 'grouped', notBefore: 0 };
}
