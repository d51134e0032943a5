import { CodedError } from '@bridge/handler';
import { deadLetterMessage, headerText, packMessage, type IncomingMessage, type Relay } from '@bridge/kafka';
import {
  holdTransaction,
  type EventKey,
  type EventKeys,
  type Outbox,
  type Positions,
  type Postgres,
  type Tx,
} from '@bridge/postgres';
import type { LiveSubject, OutboxSeal, Vault } from '@bridge/vault';
import type { Admitted, Candidate, Refused, Session } from '../decide-batch.ts';
import { collectKnown } from '../domain/known-events.ts';
import { initial } from '../domain/person-state.ts';
import { evolve } from '../domain/decide.ts';
import type { Decided, PersonBefore } from '../graph/state.ts';
import type { Announce, Announcement } from './announce.ts';
import { blockedBy, relayRows } from './announced-rows.ts';
import type { createDecisionMetrics } from './decision-metrics.ts';
import type { BatchRows, DecisionStore } from './decision-store.ts';
import { loadKnown } from './load-known.ts';
import type { LoadStates } from './load-states.ts';
import type { ActiveRules } from './rule-sets.ts';
import { keyOf, stageRows, type PersonChange } from './stage-rows.ts';
import type { BatchInFlight, StateCache, StateVersion } from './state-cache.ts';

export type BatchSessionDeps = {
  readonly postgres: Postgres;
  readonly positions: Positions;
  readonly eventKeys: EventKeys;
  readonly outbox: Outbox;
  readonly outboxSeal: OutboxSeal;
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
  const held = locked ? holdTransaction<number[]>(postgres) : undefined;
  const query = held?.query ?? postgres.query;
  const newKeys = new Map<string, EventKey>();
  let persons = new Map<string, LiveSubject>();
  let states = new Map<string, StateVersion>();
  let staged: Staged | undefined;
  let inFlight: BatchInFlight | undefined;
  let outboxIds: readonly number[] = [];

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
    return { admitted, refused, people: await peopleBefore(admitted, ahead) };
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
    const keys = candidates.map(({ event }) => keyOf(event));
    const byId = new Map(keys.map((key, index) => [candidates[index]?.event.event_id ?? '', key]));
    const claimed = held ? await eventKeys.claim(query, [...byId.values()]) : undefined;
    const known = await eventKeys.known(
      query,
      [...byId].flatMap(([id, { key }]) => (claimed?.has(id) ? [] : [key])),
    );
    const refused: Refused[] = [];
    const fresh: Candidate[] = [];
    for (const [index, candidate] of candidates.entries()) {
      const { event_id } = candidate.event;
      const key = keys[index];
      const earlier =
        newKeys.get(event_id)?.contentHash ??
        ahead.find((batch) => batch.keys.has(event_id))?.keys.get(event_id)?.contentHash ??
        known.get(event_id);
      if (key === undefined) continue;
      if (earlier === undefined) {
        newKeys.set(event_id, key);
        fresh.push(candidate);
      } else {
        const reason = earlier.equals(key.contentHash) ? 'duplicate' : 'duplicate_conflict';
        refused.push({ message: candidate.message, kind: 'drop', reason });
      }
    }
    return { fresh, refused };
  }

  async function peopleBefore(
    admitted: readonly Admitted[],
    ahead: readonly BatchInFlight[],
  ): Promise<Map<string, PersonBefore>> {
    const bySubject = Map.groupBy(admitted, ({ subjectId }) => subjectId);
    const batch = new Map(
      [...bySubject].map(([subjectId, own]) => [
        subjectId,
        { state: stateOf(subjectId).state, events: own.map(({ event }) => event) },
      ]),
    );
    const known = await loadKnown({ query, eventKeys, people: persons, batch, ahead, rules: active.rules });
    return new Map(
      [...batch].map(([subjectId, { state }]) => [
        subjectId,
        { state, known: known.get(subjectId) ?? collectKnown() },
      ]),
    );
  }

  const stateOf = (subjectId: string): StateVersion =>
    states.get(subjectId) ?? { version: 0, policyVersion: null, state: initial };

  async function stage(
    admitted: readonly Admitted[],
    decided: readonly Decided[],
    refused: readonly Refused[],
    attempt: number,
  ): Promise<void> {
    const after = new Map<string, PersonChange>();
    const outcomes = admitted.map(({ subjectId, event, json, message }, index) => {
      const person = personOf(subjectId);
      const { decisions, used } = decided[index] ?? { decisions: [], used: [] };
      const before = after.get(subjectId)?.before ?? stateOf(subjectId);
      const state = evolve(after.get(subjectId)?.after ?? before.state, decisions);
      after.set(subjectId, { person, before, after: state });
      const traceparent = headerText(message.headers, 'traceparent');
      return { person, decisions, event, json, used, traceparent };
    });
    const { rows, announcements } = stageRows(outcomes, [...after.values()], active, deps.announce);
    const announced = [...announcements, ...(await deadLetters(refused, attempt))];
    const blocked = await blockedBy(deps.outbox, query, announcements);
    staged = {
      rows: { ...rows, outbox: announced.map(({ entry }) => entry) },
      announced,
      blocked,
      decided,
      refused,
    };
    for (const [subjectId, { before, after: state }] of after) {
      cache.set(subjectId, { version: before.version + 1, policyVersion: active.rules.policyVersion, state });
    }
    const events = Map.groupBy(admitted, ({ subjectId }) => subjectId);
    inFlight = {
      keys: newKeys,
      events: new Map([...events].map(([subjectId, own]) => [subjectId, own.map(({ event }) => event)])),
    };
    cache.inFlight.add(inFlight);
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
      const { rows } = staged;
      const write = (tx: Tx) => store.write(tx, rows, moves, locked);
      outboxIds = held ? await held.finish(write) : await postgres.transaction(write);
    },
    settled: () => {
      if (!staged) return;
      if (inFlight) cache.inFlight.delete(inFlight);
      deps.relay.offer(relayRows(staged.announced, outboxIds), staged.blocked);
      deps.metrics.decided(staged.decided.flatMap(({ decisions }) => decisions));
      deps.metrics.refused(staged.refused);
    },
    abandon: async () => {
      if (inFlight) cache.inFlight.delete(inFlight);
      await held?.abandon();
    },
  };
}

type Staged = {
  readonly rows: BatchRows;
  readonly announced: readonly Announcement[];
  readonly blocked: ReadonlySet<string>;
  readonly decided: readonly Decided[];
  readonly refused: readonly Refused[];
};
