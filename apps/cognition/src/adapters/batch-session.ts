import type { BiometricEvent } from '@bridge/contracts';
import { CodedError } from '@bridge/handler';
import { deadLetterMessage, headerText, packMessage, type IncomingMessage, type Relay } from '@bridge/kafka';
import type { EventKey, EventKeys, Outbox, Positions, Postgres, Query, Tx } from '@bridge/postgres';
import { openWith, sealWith, serviceSubject, type LiveSubject, type Vault } from '@bridge/vault';
import type { Admitted, Decided, Refused, Session } from '../decide-batch.ts';
import type { PersonState } from '../domain/person-state.ts';
import {
  eventRow,
  outboxPlace,
  stateRow,
  statePlace,
  transitionRow,
  type Announcement,
  type createAnnouncer,
} from './decision-rows.ts';
import type { BatchRows, DecisionStore } from './decision-store.ts';
import type { StateCache } from './state-cache.ts';

export type BatchSessionDeps = {
  readonly postgres: Postgres;
  readonly positions: Positions;
  readonly eventKeys: EventKeys;
  readonly outbox: Outbox;
  readonly store: DecisionStore;
  readonly vault: Vault;
  readonly cache: StateCache;
  readonly announcer: ReturnType<typeof createAnnouncer>;
  readonly relay: Relay;
  readonly metrics: {
    decided: (decided: Decided<LiveSubject>) => void;
    refused: (refused: readonly Refused[]) => void;
  };
  readonly now: () => number;
};

type Candidate = { readonly message: IncomingMessage; readonly event: BiometricEvent };

export function createBatchSessions(deps: BatchSessionDeps) {
  return (messages: readonly IncomingMessage[], locked: boolean) =>
    createBatchSession(deps, messages, locked);
}

/** Reads and writes one micro-batch. */
function createBatchSession(
  deps: BatchSessionDeps,
  messages: readonly IncomingMessage[],
  locked: boolean,
): Session<LiveSubject> {
  const { postgres, store, vault, cache, relay } = deps;
  const held = locked ? holdTransaction(postgres) : undefined;
  const query: () => Promise<Query> = async () => (held ? (await held.tx()).query : postgres.query);
  const newKeys = new Map<string, Buffer>();
  const versions = new Map<string, number>();
  let staged: Staged | undefined;

  async function admit(candidates: readonly Candidate[]) {
    const run = await query();
    // Batches that are ahead of this one; taken before reading, so that none commits unseen in between.
    const inFlight = [...cache.keysInFlight];
    const people = await vault.subjectsFor(new Set(candidates.map(({ event }) => event.user_id)));
    if (held) await lockPositions(run);
    const { fresh, refused } = await onlyNew(run, candidates, inFlight);
    const admitted: Admitted<LiveSubject>[] = [];
    for (const { message, event } of fresh) {
      const person = people.get(event.user_id);
      if (person && !person.erased) admitted.push({ message, event, person });
      else refused.push({ message, kind: 'drop', reason: 'erased' });
    }
    const states = await loadStates(run, new Map(admitted.map(({ person }) => [person.subjectId, person])));
    return { admitted, refused, states };
  }

  async function lockPositions(run: Query): Promise<void> {
    const partitions = new Map(messages.map((one) => [`${one.topic}/${one.partition}`, one]));
    await deps.positions.lock(
      run,
      [...partitions.values()].map(({ topic }) => topic),
      [...partitions.values()].map(({ partition }) => partition),
    );
  }

  /** Duplicates are found before the decision: in this batch, in those ahead of it, and in the table. */
  async function onlyNew(
    run: Query,
    candidates: readonly Candidate[],
    inFlight: readonly ReadonlyMap<string, Buffer>[],
  ) {
    const keys = new Map<string, EventKey>();
    for (const { event } of candidates) {
      if (!keys.has(event.event_id)) keys.set(event.event_id, keyOf(event));
    }
    const claimed = held ? await deps.eventKeys.claim(run, [...keys.values()]) : undefined;
    const known = await deps.eventKeys.known(
      run,
      [...keys.values()].flatMap(({ key }) => (claimed?.has(key.toString('hex')) ? [] : [key])),
    );
    const refused: Refused[] = [];
    const fresh: Candidate[] = [];
    for (const candidate of candidates) {
      const { event_id } = candidate.event;
      const earlier =
        newKeys.get(event_id) ??
        inFlight.find((batch) => batch.has(event_id))?.get(event_id) ??
        known.get(event_id);
      const { contentHash } = keyOf(candidate.event);
      if (earlier === undefined) {
        newKeys.set(event_id, contentHash);
        fresh.push(candidate);
      } else {
        const reason = earlier.equals(contentHash) ? 'duplicate' : 'duplicate_conflict';
        refused.push({ message: candidate.message, kind: 'drop', reason });
      }
    }
    return { fresh, refused };
  }

  async function loadStates(run: Query, people: ReadonlyMap<string, LiveSubject>) {
    const states = new Map<string, PersonState>();
    const missing: string[] = [];
    for (const subjectId of people.keys()) {
      const cached = locked ? undefined : cache.get(subjectId);
      if (!cached) missing.push(subjectId);
      else {
        states.set(subjectId, cached.state);
        versions.set(subjectId, cached.version);
      }
    }
    if (missing.length === 0) return states;
    missing.sort();
    if (locked) await store.makeRows(run, missing);
    for (const row of await store.states(run, missing, locked)) {
      versions.set(row.subjectId, row.version);
      const person = people.get(row.subjectId);
      if (!person || row.state.length === 0) continue;
      const opened = openWith(person.key, row.state, statePlace(row.subjectId));
      states.set(row.subjectId, JSON.parse(opened.toString()) as PersonState);
    }
    return states;
  }

  async function stage(decided: Decided<LiveSubject>, refused: readonly Refused[], attempt: number) {
    const run = await query();
    const people = new Map(decided.admitted.map(({ person }) => [person.subjectId, person]));
    const announcements: Announcement[] = [];
    const rows = rowsOf(decided, people, announcements);
    const dead = await deadLetterRows(refused, attempt);
    const blocked =
      announcements.length === 0
        ? new Set<string>()
        : await deps.outbox.blocked(run, [
            ...new Set(announcements.flatMap(({ entry }) => entry.subjectId ?? [])),
          ]);
    const announced = [...announcements, ...dead];
    staged = {
      rows: { ...rows, outbox: announced.map(({ entry }) => entry) },
      announced,
      blocked,
      decided,
      refused,
    };
    // From here on the next batch counts this one as done.
    for (const [subjectId, state] of decided.after) {
      if (people.has(subjectId)) cache.set(subjectId, { version: versionAfter(subjectId), state });
    }
    cache.keysInFlight.add(newKeys);
  }

  const versionAfter = (subjectId: string) => (versions.get(subjectId) ?? 0) + 1;

  function rowsOf(
    { admitted, decisions, after }: Decided<LiveSubject>,
    people: ReadonlyMap<string, LiveSubject>,
    announcements: Announcement[],
  ): Omit<BatchRows, 'outbox'> {
    const rows = { keys: [], states: [], events: [], transitions: [] } as Mutable<Omit<BatchRows, 'outbox'>>;
    admitted.forEach(({ event, person, message }, index) => {
      const decision = decisions[index];
      if (!decision)
        throw new CodedError('decision_missing', 'permanent', 'an event came without a decision');
      rows.keys.push(keyOf(event));
      rows.events.push(eventRow(event, person, decision.state.seq));
      if (!decision.transition) return;
      const traceparent = headerText(message.headers, 'traceparent');
      rows.transitions.push(transitionRow(decision.transition, decision, person));
      announcements.push(deps.announcer.transition(decision.transition, traceparent, person));
      for (const signal of decision.alertSignals) {
        announcements.push(deps.announcer.alertSignal(signal, traceparent, person));
      }
    });
    for (const [subjectId, person] of [...people].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const state = after.get(subjectId);
      if (state) rows.states.push(stateRow(state, person, versionAfter(subjectId)));
    }
    return rows;
  }

  async function deadLetterRows(refused: readonly Refused[], attempt: number): Promise<Announcement[]> {
    const dead = refused.filter(({ kind }) => kind === 'deadLetter');
    if (dead.length === 0) return [];
    const key = await vault.serviceKey();
    return dead.map(({ message: original, reason }) => {
      const { id, ...message } = deadLetterMessage(original, { reason, attempt, at: deps.now() });
      const sealed = sealWith(key, packMessage(message), outboxPlace(id, serviceSubject));
      return { message, entry: { subjectId: null, ceId: id, topic: message.topic, sealed } };
    });
  }

  return {
    admit,
    stage,
    commit: async (moves) => {
      if (!staged)
        throw new CodedError('not_staged', 'permanent', 'a batch was committed before it was staged');
      const { rows } = staged;
      const write = (tx: Tx) => store.write(tx, rows, moves, locked);
      staged.outboxIds = held ? await held.finish(write) : await postgres.transaction(write);
    },
    settled: () => {
      if (!staged) return;
      cache.keysInFlight.delete(newKeys);
      publish(relay, staged);
      deps.metrics.decided(staged.decided);
      deps.metrics.refused(staged.refused);
    },
    abandon: async () => {
      cache.keysInFlight.delete(newKeys);
      await held?.abandon();
    },
  };
}

type Staged = {
  readonly rows: BatchRows;
  readonly announced: readonly Announcement[];
  readonly blocked: ReadonlySet<string>;
  readonly decided: Decided<LiveSubject>;
  readonly refused: readonly Refused[];
  outboxIds?: readonly number[];
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** Persons with older rows elsewhere wait for those; everybody else's messages go out at once. */
function publish(relay: Relay, { announced, blocked, outboxIds = [] }: Staged): void {
  const rows = announced.map(({ message, entry }, index) => ({
    id: outboxIds[index] ?? 0,
    subjectId: entry.subjectId,
    message,
  }));
  relay.offer(rows.filter(({ subjectId }) => subjectId === null || !blocked.has(subjectId)));
  if (blocked.size > 0) relay.defer(blocked);
}

function keyOf(event: BiometricEvent): EventKey {
  return {
    key: Buffer.from(event.event_id, 'hex'),
    contentHash: Buffer.from(event.provenance.content_hash, 'hex').subarray(0, 8),
  };
}

/** A transaction that stays open between reading and writing. */
function holdTransaction(postgres: Postgres) {
  const opened = Promise.withResolvers<Tx>();
  const decided = Promise.withResolvers<((tx: Tx) => Promise<number[]>) | null>();
  const running = postgres.transaction(async (tx) => {
    opened.resolve(tx);
    const write = await decided.promise;
    if (write === null) throw abandoned;
    return write(tx);
  });
  running.catch((error: unknown) => opened.reject(error));
  opened.promise.catch(() => undefined); // reported by whoever asks for the transaction
  return {
    tx: () => opened.promise,
    finish: (write: (tx: Tx) => Promise<number[]>) => {
      decided.resolve(write);
      return running;
    },
    abandon: async () => {
      decided.resolve(null);
      await running.catch(() => undefined); // rolled back, as wished
    },
  };
}

const abandoned = new CodedError('abandoned', 'transient', 'the batch was given up');
