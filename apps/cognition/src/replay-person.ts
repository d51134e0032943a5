// Decides a person's stored events once more, one after the other in `seq` order, and compares with what is stored.
// Holds: nothing is written.
import { parseTimestamp, type BiometricEvent } from '@bridge/contracts';
import { isDeepStrictEqual } from 'node:util';
import { decide } from './domain/decide.ts';
import { initial, type PersonState } from './domain/person-state.ts';
import type { RuleSet } from './domain/rule-set.ts';
import { signalsOf } from './domain/signals.ts';

export type StoredPerson = {
  readonly subjectId: string;
  /** In `seq` order. */
  readonly events: readonly { readonly seq: number; readonly event: BiometricEvent }[];
  readonly state: PersonState;
  /** Ids in `seq` order. */
  readonly transitionIds: readonly string[];
};

/** Closed set, so that differences can be counted. */
export type Difference = 'seq_gap' | 'state' | 'transitions';

export function replayPerson({ events, state, transitionIds }: StoredPerson, rules: RuleSet): Difference[] {
  const differences: Difference[] = [];
  if (events.some(({ seq }, index) => seq !== index + 1)) differences.push('seq_gap');
  let replayed = initial;
  const switched: string[] = [];
  for (const { event } of events) {
    const decidable = {
      userId: event.user_id,
      eventId: event.event_id,
      receivedAt: parseTimestamp(event.received_at)?.epochMs ?? 0,
      signals: signalsOf(event),
    };
    const decision = decide(replayed, decidable, rules);
    replayed = decision.state;
    if (decision.transition) switched.push(decision.transition.transition_id);
  }
  if (!isDeepStrictEqual(canonical(replayed), canonical(state))) differences.push('state');
  if (!isDeepStrictEqual(switched, transitionIds)) differences.push('transitions');
  return differences;
}

/** As it comes back from JSON: an absent field and an undefined one are the same. */
const canonical = (state: PersonState): unknown => JSON.parse(JSON.stringify(state));
