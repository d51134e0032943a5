import { createAlertTally } from '@bridge/cli/alert-tally';
import { severities, type AlertStateSignal, type ModeTransition } from '@bridge/contracts';
import { episodeKinds } from '../../simulate/episodes/episode-kinds.ts';
import type { ProofResult } from '../proof.ts';
import type { AcutePerson, Scenario } from './scenario.ts';

/** What came out on `biometric.transitions` and `biometric.alerts`. */
export type Announced = {
  readonly transitions: readonly ModeTransition[];
  readonly alerts: readonly AlertStateSignal[];
};

/** What the policy promises of synthetic people. */
export function checkMessages(scenario: Scenario, announced: Announced): ProofResult {
  const { transitions } = announced;
  const healthyEvents = scenario.events.filter(({ user_id }) => scenario.healthy.has(user_id)).length;
  const healthy = healthyAlerts(scenario, announced.alerts);
  const toItself = transitions.filter(({ from, to }) => from === to).length;
  const missed = scenario.acute.filter((acute) => !isFound(acute, announced));
  const { lateNight } = scenario;
  const lateFound = isFound(lateNight, announced) && lateNight.pulsesMeanwhile > 0;
  const silentLeft = scenario.silent.filter(({ userId, mode }) =>
    transitions.some(
      ({ user_id, from, to, cause, reason }) =>
        user_id === userId && from === mode && to === 'pattern' && 'due' in cause && endings.has(reason),
    ),
  ).length;
  return {
    figures: {
      'events of healthy persons': healthyEvents,
      ...Object.fromEntries(severities.map((one) => [`their alerts, ${one}`, healthy[one]])),
      'transitions to the own mode': toItself,
      'acute episodes': scenario.acute.length,
      'found at the event that crosses': scenario.acute.length - missed.length,
      'live pulses before the late night': lateNight.pulsesMeanwhile,
      'late night found': lateFound ? 'yes' : 'no',
      'silent persons back in pattern by tick': silentLeft,
    },
    failures: [
      ...(healthyEvents < 5_000 ? [`only ${healthyEvents} events of healthy persons`] : []),
      ...(healthy.critical > 0 ? [`${healthy.critical} critical alerts of healthy persons`] : []),
      ...(toItself > 0 ? [`${toItself} transitions go to their own mode`] : []),
      ...missed.map((acute) => describeMiss(acute, transitions)),
      ...(lateFound ? [] : [describeMiss(lateNight, transitions)]),
      ...(silentLeft < scenario.silent.length
        ? [`${scenario.silent.length - silentLeft} silent persons did not return to pattern by tick`]
        : []),
    ],
  };
}

/** Reflex ends an hour after it fired; other modes when nothing came since. */
const endings = new Set(['no_data', 'expired', 'stale', 'reflex_over']);

/** Each alert id once, at its highest severity. `npm run evaluate` judges how many there may be. */
function healthyAlerts({ healthy }: Scenario, alerts: readonly AlertStateSignal[]) {
  const tally = createAlertTally();
  tally.take(alerts.filter(({ user_id }) => healthy.has(user_id)));
  const counts = { critical: 0, warning: 0, info: 0 };
  for (const { severity } of tally.counted()) counts[severity] += 1;
  return counts;
}

/** The event switched the mode by its rule, or the rule's alert is open once the event is decided. */
function isFound(acute: AcutePerson, { transitions, alerts }: Announced): boolean {
  const { userId, kind, eventId, receivedAt } = acute;
  const { rule } = episodeKinds[kind];
  const isSwitch = transitions.some(
    ({ cause, rules_fired }) =>
      'event_id' in cause && cause.event_id === eventId && rules_fired.includes(rule),
  );
  const last = alerts
    .filter((one) => one.user_id === userId && one.kind === `rule.${rule}` && one.at <= receivedAt)
    .toSorted((one, other) => (one.seq ?? 0) - (other.seq ?? 0))
    .at(-1);
  return isSwitch || (last !== undefined && last.status !== 'resolved');
}

function describeMiss(
  { userId, kind, eventId }: AcutePerson,
  transitions: readonly ModeTransition[],
): string {
  const own = transitions.filter(({ user_id }) => user_id === userId).slice(-4);
  const story = own.map(({ from, to, at, reason }) => `${from ?? 'none'} → ${to} ${at} ${reason}`).join('; ');
  return `${kind} of ${userId} was not found at event ${eventId}; last transitions: ${story}`;
}
