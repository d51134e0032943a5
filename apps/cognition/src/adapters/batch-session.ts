import type { BiometricEvent } from '@bridge/contracts';
import { CodedError } from '@bridge/core';
import { deadLetterMessage, headerOf, packMessage, type IncomingMessage, type Relay } from '@bridge/kafka';
import {
  holdTransaction,
  type EventKeys,
  type Outbox,
  type Positions,
  type Postgres,
  type Tx,
} from '@bridge/postgres';
import type { LiveSubject, OutboxSeal, Sealing, Vault } from '@bridge/vault';
import { collectKnown, evolve, initialState, type PersonState } from '@bridge/mode-policy';
import type { Admitted, Candidate, Refused, Session } from '../decide-batch.ts';
import type { Decided, PersonBefore } from '../graph/state.ts';
import type { Announce, Announcement } from './announce.ts';
import { relayRows } from './announced-rows.ts';
import { tallyOf, type createDecisionMetrics, type Tally } from './decision-metrics.ts';
import type { BatchStatements, DecisionStore, Written } from './decision-store.ts';
import { loadKnown } from './load-known.ts';
import type { LoadStates } from './load-states.ts';
import type { ActiveRules } from './rule-sets.ts';
import { sealColumns } from './sealed-rows.ts';
import { contentHashOf, stageRows, type PersonChange } from './stage-rows.ts';
import type { BatchInFlight, StateCache, StateVersion } from './state-cache.ts';

export type BatchSessionDeps = {
  readonly postgres: Postgres;
  readonly positions: Positions;
  readonly eventKeys: EventKeys;
  readonly outbox: Outbox;
  readonly outboxSeal: OutboxSeal;
  readonly sealing: Pick<Sealing, 'sealAll'>;
  readonly vault: Vault;
  readonly store: DecisionStore;
  readonly cache: StateCache;
  readonly loadStates: LoadStates;
  readonly activeRules: () => ActiveRules;
  readonly announce: Announce;
  readonly relay: Pick<Relay, 'offer'>;
  readonly metrics: Pick<ReturnType<typeof createDecisionMetrics>, 'decided' | 'refused'>;
  readonly now: () => number;
};

export function createBatchSessions(deps: BatchSessionDeps) {
  return (messages: readonly IncomingMessage[], locked: boolean): Session =>
    createBatchSession(deps, messages, locked);
}

/** Reads and writes one micro-batch. */
function createBatchSession(
  deps: BatchSessionDeps,
  messages: readonly IncomingMessage[],
  locked: boolean,
): Session {
  const { postgres, store, vault, cache, eventKeys } = deps;
  const active = deps.activeRules();
  const held = locked ? holdTransaction<Written>(postgres) : undefined;
  const query = held?.query ?? postgres.query;
  /** What the new events say, by their ids. */
  const newKeys = new Map<string, string>();
  let persons = new Map<string, LiveSubject>();
  let states = new Map<string, StateVersion>();
  /** The new events of each person, in order. */
  let events: ReadonlyMap<string, readonly BiometricEvent[]> = new Map();
  let staged: Staged | undefined;
  let inFlight: BatchInFlight | undefined;
  let written: Written = { outboxIds: [], blocked: new Set() };

  async function admit(candidates: readonly Candidate[]) {
    // Batches that are ahead of this one; taken before reading, so that none commits unseen in between.
    const ahead = [...cache.inFlight];
    const byUser = await vault.subjectsFor(new Set(candidates.map(({ event }) => event.user_id)));
    if (held) await lockPositions();
    const { fresh, refused } = await onlyNew(candidates, ahead);
    const admitted: Admitted[] = [];
    persons = new Map();
    for (const candidate of fresh) {
      const person = byUser.get(candidate.event.user_id);
      if (person && !person.erased) {
        persons.set(person.subjectId, person);
        admitted.push({ ...candidate, subjectId: person.subjectId });
      } else refused.push({ message: candidate.message, kind: 'drop', reason: 'erased' });
    }
    states = await deps.loadStates(query, persons, locked);
    events = eventsByPerson(admitted);
    return { admitted, refused, people: await peopleBefore(ahead) };
  }

  async function lockPositions(): Promise<void> {
    const partitions = [...new Map(messages.map((one) => [`${one.topic}/${one.partition}`, one])).values()];
    await deps.positions.lock(
      query,
      partitions.map(({ topic }) => topic),
      partitions.map(({ partition }) => partition),
    );
  }

  /** Duplicates are found before the decision: in this batch, in those ahead of it, and in the table. */
  async function onlyNew(candidates: readonly Candidate[], ahead: readonly BatchInFlight[]) {
    const known = await knownKeys(candidates);
    const refused: Refused[] = [];
    const fresh: Candidate[] = [];
    for (const candidate of candidates) {
      const { event_id } = candidate.event;
      const contentHash = contentHashOf(candidate.event);
      const earlier =
        newKeys.get(event_id) ??
        ahead.find(({ keys }) => keys.has(event_id))?.keys.get(event_id) ??
        known.get(event_id);
      if (earlier === undefined) {
        newKeys.set(event_id, contentHash);
        fresh.push(candidate);
      } else {
        const reason = earlier === contentHash ? 'duplicate' : 'duplicate_conflict';
        refused.push({ message: candidate.message, kind: 'drop', reason });
      }
    }
    return { fresh, refused };
  }

  /** What the table knows. Under locks the new keys are added at once. */
  async function knownKeys(candidates: readonly Candidate[]): Promise<ReadonlyMap<string, string>> {
    const ids = candidates.map(({ event }) => event.event_id);
    if (!held) return eventKeys.known(query, ids);
    const first = new Map(candidates.toReversed().map(({ event }) => [event.event_id, contentHashOf(event)]));
    const claimed = await eventKeys.claim(
      query,
      Array.from(first, ([key, contentHash]) => ({ key, contentHash })),
    );
    return eventKeys.known(
      query,
      ids.filter((id) => !claimed.has(id)),
    );
  }

  async function peopleBefore(ahead: readonly BatchInFlight[]): Promise<Map<string, PersonBefore>> {
    const before = new Map<string, PersonState>();
    for (const subjectId of events.keys()) before.set(subjectId, stateOf(subjectId).state);
    const around = { query, eventKeys, people: persons, ahead, rules: active.rules };
    const known = await loadKnown({ ...around, states: before, events });
    const people = new Map<string, PersonBefore>();
    for (const [subjectId, state] of before) {
      people.set(subjectId, { state, known: known.get(subjectId) ?? collectKnown() });
    }
    return people;
  }

  const stateOf = (subjectId: string): StateVersion =>
    states.get(subjectId) ?? { version: 0, policyVersion: null, state: initialState };

  async function stage(
    admitted: readonly Admitted[],
    decided: readonly Decided[],
    refused: readonly Refused[],
    attempt: number,
  ): Promise<void> {
    const after = new Map<string, Omit<PersonChange, 'json'>>();
    const outcomes = admitted.map(({ subjectId, event, json, message }, index) => {
      const person = personOf(subjectId);
      const { decisions, used } = decided[index] ?? { decisions: [], used: [] };
      const before = after.get(subjectId)?.before ?? stateOf(subjectId);
      const state = evolve(after.get(subjectId)?.after ?? before.state, decisions);
      after.set(subjectId, { person, before, after: state });
      const traceparent = headerOf(message, 'traceparent');
      return { person, decisions, event, json, used, traceparent };
    });
    const changes = Array.from(after.values(), (change) => ({
      ...change,
      json: JSON.stringify(change.after),
    }));
    const { rows, announcements } = stageRows(outcomes, changes, active, deps.announce);
    const announced = [...announcements, ...(await deadLetters(refused, attempt))];
    const outbox = announced.map(({ entry }) => entry);
    // Whatever is held from here to the commit lives through a garbage collection or two: as little as possible.
    const batch = sealColumns(deps.sealing, rows).then((sealed) =>
      store.statementsOf({ ...rows, outbox }, sealed, locked),
    );
    // The commit waits for it, and fails if this fails.
    batch.catch(() => undefined);
    staged = {
      batch,
      announced,
      tally: tallyOf(decided.flatMap(({ decisions }) => decisions)),
      refused,
    };
    const { policyVersion } = active.rules;
    for (const { person, before, after: state, json } of changes) {
      cache.set(person.subjectId, { version: before.version + 1, policyVersion, state, json });
    }
    inFlight = { keys: newKeys, events };
    cache.inFlight.add(inFlight);
    states.clear();
  }

  function personOf(subjectId: string): LiveSubject {
    const person = persons.get(subjectId);
    if (!person)
      throw new CodedError('person_missing', 'permanent', 'an event was admitted without its person');
    return person;
  }

  function deadLetters(refused: readonly Refused[], attempt: number): Promise<Announcement[]> {
    const dead = refused.filter(({ kind }) => kind === 'deadLetter');
    return Promise.all(
      dead.map(async ({ message: original, reason }) => {
        const { id, ...message } = deadLetterMessage(original, { reason, attempt, at: deps.now() });
        const sealed = await deps.outboxSeal.sealForService(packMessage(message), id);
        return { message, entry: { subjectId: null, ceId: id, topic: message.topic, sealed } };
      }),
    );
  }

  return {
    rules: active.rules,
    admit,
    stage,
    commit: async (moves) => {
      if (!staged)
        throw new CodedError('not_staged', 'permanent', 'a batch was committed before it was staged');
      const batch = await staged.batch;
      const write = (tx: Tx) => store.write(tx, batch, moves);
      written = held ? await held.finish(write) : await postgres.transaction(write);
    },
    settled: () => {
      if (!staged) return;
      if (inFlight) cache.inFlight.delete(inFlight);
      deps.relay.offer(relayRows(staged.announced, written.outboxIds), written.blocked);
      deps.metrics.decided(staged.tally);
      deps.metrics.refused(staged.refused);
    },
    abandon: async () => {
      if (inFlight) cache.inFlight.delete(inFlight);
      await held?.abandon();
    },
  };
}

function eventsByPerson(admitted: readonly Admitted[]): Map<string, BiometricEvent[]> {
  const events = new Map<string, BiometricEvent[]>();
  for (const { subjectId, event } of admitted) {
    const own = events.get(subjectId);
    if (own === undefined) events.set(subjectId, [event]);
    else own.push(event);
  }
  return events;
}

type Staged = {
  readonly batch: Promise<BatchStatements>;
  readonly announced: readonly Announcement[];
  readonly tally: Tally;
  readonly refused: readonly Refused[];
};
