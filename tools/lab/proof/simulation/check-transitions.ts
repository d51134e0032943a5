import type { ModeTransition } from '@bridge/contracts';
import { episodeKinds } from '../../simulate/episodes/episode-kinds.ts';
import type { ProofResult } from '../proof.ts';
import type { AcutePerson, Scenario } from './scenario.ts';

/** What the policy promises of synthetic people, from what came out on `biometric.transitions`. */
export function checkTransitions(scenario: Scenario, transitions: readonly ModeTransition[]): ProofResult {
  const healthyEvents = scenario.events.filter(({ user_id }) => scenario.healthy.has(user_id)).length;
  const healthy = transitions.filter(({ user_id }) => scenario.healthy.has(user_id));
  const share = healthy.length / healthyEvents;
  const toItself = transitions.filter(({ from, to }) => from === to).length;
  const byCause = new Map(
    transitions.flatMap((one) => ('event_id' in one.cause ? [[one.cause.event_id, one] as const] : [])),
  );
  const missed = scenario.acute.filter((acute) => !isFound(acute, byCause));
  const { lateNight } = scenario;
  const lateFound = isFound(lateNight, byCause) && lateNight.pulsesMeanwhile > 0;
  const silentLeft = scenario.silent.filter(({ userId, mode }) =>
    transitions.some(
      ({ user_id, from, to, cause, reason }) =>
        user_id === userId && from === mode && to === 'pattern' && 'due' in cause && endings.has(reason),
    ),
  ).length;
  return {
    figures: {
      'events of healthy persons': healthyEvents,
      'their transitions': healthy.length,
      'share of transitions, %': Math.round(share * 10_000) / 100,
      'transitions to the own mode': toItself,
      'acute episodes': scenario.acute.length,
      'found at the event that crosses': scenario.acute.length - missed.length,
      'live pulses before the late night': lateNight.pulsesMeanwhile,
      'late night switched': lateFound ? 'yes' : 'no',
      'silent persons back in pattern by tick': silentLeft,
    },
    failures: [
      ...(healthyEvents < 5_000 ? [`only ${healthyEvents} events of healthy persons`] : []),
      ...(share >= 0.02 ? [`${healthy.length} of ${healthyEvents} healthy events are transitions`] : []),
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
const endings = new Set(['no_data', 'expired', 'stale']);

function isFound({ kind, eventId }: AcutePerson, byCause: ReadonlyMap<string, ModeTransition>): boolean {
  const { mode, rule } = episodeKinds[kind];
  const found = byCause.get(eventId);
  return found?.to === mode && found.rules_fired.includes(rule);
}

function describeMiss(
  { userId, kind, eventId }: AcutePerson,
  transitions: readonly ModeTransition[],
): string {
  const own = transitions.filter(({ user_id }) => user_id === userId).slice(-4);
  const story = own.map(({ from, to, at, reason }) => `${from ?? 'none'} → ${to} ${at} ${reason}`).join('; ');
  return `${kind} of ${userId} was not found at event ${eventId}; last transitions: ${story}`;
}
