import type { BiometricEvent } from '@bridge/contracts';
import type { BatchTransaction } from '@bridge/delivery';
import type { EventKeys } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import { collectKnown, evolve, initialState, type Decision, type PersonState } from '@bridge/mode-policy';
import { contentHashOf, type ActiveRules } from '@bridge/decision-store';
import type { AdmittedEvent, Candidate, Refusal } from '../decide-batch.ts';
import type { PersonBefore } from '../graph/state.ts';
import { loadKnown } from './load-known.ts';
import type { LoadStates } from './load-states.ts';
import type { BatchHold } from './persons-in-hand.ts';
import type { BatchInFlight, StateCache, StateVersion } from './state-cache.ts';
import { upgradeStates } from './upgrade-states.ts';

export type AdmitEventsDeps = {
  readonly eventKeys: EventKeys;
  readonly vault: Vault;
  readonly cache: Pick<StateCache, 'inFlight'>;
  readonly loadStates: LoadStates;
};

export type AdmissionBatch = {
  readonly transaction: BatchTransaction;
  readonly locked: boolean;
  readonly rules: ActiveRules['rules'];
  readonly hold: Pick<BatchHold, 'take'>;
};

/** The new events of a batch and their persons, as they stand. */
export type Admission = {
  readonly admitted: readonly AdmittedEvent[];
  readonly refused: readonly Refusal[];
  readonly people: ReadonlyMap<string, PersonBefore>;
  /** By subject id. */
  readonly persons: ReadonlyMap<string, LiveSubject>;
  readonly states: ReadonlyMap<string, StateVersion>;
  /** The first decisions under this policy of persons whose state is of an older one, by subject id. */
  readonly upgrades: ReadonlyMap<string, Decision>;
  /** The new events of each person, in order. */
  readonly events: ReadonlyMap<string, readonly BiometricEvent[]>;
  /** Content hashes of the new events, by event id. */
  readonly keys: ReadonlyMap<string, string>;
};

/** Finds out which events are new and belong to living persons, and reads those persons. */
export async function admitEvents(
  deps: AdmitEventsDeps,
  batch: AdmissionBatch,
  candidates: readonly Candidate[],
): Promise<Admission> {
  const { vault, cache, eventKeys, loadStates } = deps;
  const { transaction, locked, rules, hold } = batch;
  // Batches that are ahead of this one; taken before reading, so that none commits unseen in between.
  const ahead = [...cache.inFlight];
  const byUser = await vault.subjectsFor(new Set(candidates.map(({ event }) => event.user_id)));
  const known = await knownKeys(eventKeys, batch, candidates);
  const { fresh, keys, refused } = separate(candidates, known, ahead);
  const persons = new Map<string, LiveSubject>();
  const admitted: AdmittedEvent[] = [];
  for (const candidate of fresh) {
    const person = byUser.get(candidate.event.user_id);
    if (person && !person.erased) {
      persons.set(person.subjectId, person);
      admitted.push({ ...candidate, subjectId: person.subjectId });
    } else refused.push({ message: candidate.message, kind: 'drop', reason: 'erased' });
  }
  const { query } = transaction;
  await hold.take(persons.keys(), { afterTicks: !locked });
  const states = await loadStates(query, persons, locked);
  const events = eventsByPerson(admitted);
  const before = new Map<string, PersonState>();
  const upgrades = await upgradeStates(query, { persons, states, events, rules });
  for (const subjectId of events.keys()) {
    const upgrade = upgrades.get(subjectId);
    before.set(subjectId, evolve(stateOf(states, subjectId).state, upgrade === undefined ? [] : [upgrade]));
  }
  const history = await loadKnown({
    query,
    eventKeys,
    people: persons,
    ahead,
    rules,
    states: before,
    events,
  });
  const people = new Map<string, PersonBefore>();
  for (const [subjectId, state] of before) {
    people.set(subjectId, { state, known: history.get(subjectId) ?? collectKnown() });
  }
  return { admitted, refused, people, persons, states, upgrades, events, keys };
}

export function stateOf(states: ReadonlyMap<string, StateVersion>, subjectId: string): StateVersion {
  return states.get(subjectId) ?? { version: 0, policyVersion: null, state: initialState };
}

/** Content hashes of the keys in the table, by event id. Under locks the new keys are added at once. */
async function knownKeys(
  eventKeys: EventKeys,
  { transaction, locked }: AdmissionBatch,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, string>> {
  const ids = candidates.map(({ event }) => event.event_id);
  if (!locked) return eventKeys.known(transaction.query, ids);
  const first = new Map(candidates.toReversed().map(({ event }) => [event.event_id, contentHashOf(event)]));
  const claimed = await transaction.claim(Array.from(first, ([key, contentHash]) => ({ key, contentHash })));
  return eventKeys.known(
    transaction.query,
    ids.filter((id) => !claimed.has(id)),
  );
}

/** Duplicates are found before the decision: in this batch, in those ahead of it, and in the table. */
function separate(
  candidates: readonly Candidate[],
  known: ReadonlyMap<string, string>,
  ahead: readonly BatchInFlight[],
) {
  const keys = new Map<string, string>();
  const refused: Refusal[] = [];
  const fresh: Candidate[] = [];
  for (const candidate of candidates) {
    const { event_id } = candidate.event;
    const contentHash = contentHashOf(candidate.event);
    const earlier =
      keys.get(event_id) ??
      ahead.find((batch) => batch.keys.has(event_id))?.keys.get(event_id) ??
      known.get(event_id);
    if (earlier === undefined) {
      keys.set(event_id, contentHash);
      fresh.push(candidate);
    } else {
      const reason = earlier === contentHash ? 'duplicate' : 'duplicate_conflict';
      refused.push({ message: candidate.message, kind: 'drop', reason });
    }
  }
  return { fresh, keys, refused };
}

function eventsByPerson(admitted: readonly AdmittedEvent[]): Map<string, BiometricEvent[]> {
  const events = new Map<string, BiometricEvent[]>();
  for (const { subjectId, event } of admitted) {
    const own = events.get(subjectId);
    if (own === undefined) events.set(subjectId, [event]);
    else own.push(event);
  }
  return events;
}
