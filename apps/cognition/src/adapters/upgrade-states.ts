import { parseTimestamp, type BiometricEvent } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import { decide, type Decision, type RuleSet, upgradeOf } from '@bridge/mode-policy';
import { eventsSince } from '@bridge/decision-store';
import type { StateVersion } from './state-cache.ts';

export type UpgradeBasis = {
  readonly persons: ReadonlyMap<string, LiveSubject>;
  readonly states: ReadonlyMap<string, StateVersion>;
  /** The persons' new events. */
  readonly events: ReadonlyMap<string, readonly BiometricEvent[]>;
  readonly rules: RuleSet;
};

/**
 * Reads the daily values of persons whose state is of an older policy again, from their stored events: the first decision
 * of each under this policy, by subject id.
 */
export async function upgradeStates(
  query: Query,
  { persons, states, events, rules }: UpgradeBasis,
): Promise<Map<string, Decision>> {
  const upgrades = new Map<string, Decision>();
  for (const [subjectId, { state }] of states) {
    const person = persons.get(subjectId);
    if (person === undefined || upgradeOf(state) === undefined) continue;
    const [first] = events.get(subjectId) ?? [];
    const due = first === undefined ? state.now : (parseTimestamp(first.received_at)?.epochMs ?? state.now);
    const decision = await upgradeState(query, { person, state, due, rules });
    upgrades.set(subjectId, decision);
  }
  return upgrades;
}

/** The first decision of a person under this policy. */
export async function upgradeState(
  query: Query,
  {
    person,
    state,
    due,
    rules,
  }: {
    readonly person: LiveSubject;
    readonly state: StateVersion['state'];
    readonly due: number;
    readonly rules: RuleSet;
  },
): Promise<Decision> {
  const range = upgradeOf(state);
  const events = range === undefined ? [] : await eventsSince(query, person, range, state.seq);
  const [decision] = decide(state, { kind: 'upgrade', userId: person.userId, due, events }, rules);
  return decision as Decision;
}
