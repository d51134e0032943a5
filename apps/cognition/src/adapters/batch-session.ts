import type { BiometricEvent } from '@bridge/contracts';
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
import { openWith, type LiveSubject, type OutboxSeal, type Vault } from '@bridge/vault';
import type { Admitted, Decided, Refused, Session } from '../decide-batch.ts';
import type { PersonState } from '../domain/person-state.ts';
import {
  eventRow,
  stateRow,
  statePlace,
  transitionRow,
  type Announcement,
  type createAnnouncer,
} from './decision-rows.ts';
import { createDecisionStore, type BatchRows, type DecisionStore } from './decision-store.ts';
import type { StateCache } from './state-cache.ts';

export type BatchSessionDeps = {
  readonly postgres: Postgres;
  readonly positions: Positions;
  readonly eventKeys: EventKeys;
  readonly outbox: Outbox;
  readonly vault: Vault;
  readonly cache: StateCache;
  readonly announce: ReturnType<typeof createAnnouncer>;
  readonly outboxSeal: OutboxSeal;
  readonly relay: Pick<Relay, 'offer'>;
  readonly metrics: {
    decided: (decided: Decided<LiveSubject>) => void;
    refused: (refused: readonly Refused[]) => void;
  };
  readonly now: () => number;
};

type Candidate = { readonly message: IncomingMessage; readonly event: BiometricEvent };

export function createBatchSessions(deps: BatchSessionDeps) {
  const store = createDecisionStore(deps);
  return (messages: readonly IncomingMessage[], locked: boolean) =>
    createBatchSession({ ...deps, store }, messages, locked);
}

/** Reads and writes one micro-batch. */
function createBatchSession(
  deps: BatchSessionDeps & { readonly store: DecisionStore },
  messages: readonly IncomingMessage[],
  locked: boolean,
): Session<LiveSubject> {
  const { postgres, store, vault, cache, relay } = deps;
  const held = locked ? holdTransaction<number[]>(postgres) : undefined;
  const query = held?.query ?? postgres.query;
  const newKeys = new Map<string, Buffer>();
  const versions = new Map<string, number>();
  let staged: Staged | undefined;

  async function admit(candidates: readonly Candidate[]) {
    // Batches that are ahead of this one; taken before reading, so that none commits unseen in between.
    const inFlight = [...cache.keysInFlight];
    const people = await vault.subjectsFor(new Set(candidates.map(({ event }) => event.user_id)));
    if (held) await lockPositions();
    const { fresh, refused } = await onlyNew(candidates, inFlight);
    const admitted: Admitted<LiveSubject>[] = [];
    for (const { message, event } of fresh) {
      const person = people.get(event.user_id);
      if (person && !person.erased) admitted.push({ message, event, person });
      else refused.push({ message, kind: 'drop', reason: 'erased' });
    }
    const states = await loadStates(new Map(admitted.map(({ person }) => [person.subjectId, person])));
    return { admitted, refused, states };
  }

  async function lockPositions(): Promise<void> {
    const partitions = new Map(messages.map((one) => [`${one.topic}/${one.partition}`, one]));
    await deps.positions.lock(
      query,
      [...partitions.values()].map(({ topic }) => topic),
      [...partitions.values()].map(({ partition }) => partition),
    );
  }

  /** Duplicates are found before the decision: in this batch, in those ahead of it, and in the table. */
  async function onlyNew(candidates: readonly Candidate[], inFlight: readonly ReadonlyMap<string, Buffer>[]) {
    const keys = new Map<string, EventKey>();
    for (const { event } of candidates) {
      if (!keys.has(event.event_id)) keys.set(event.event_id, keyOf(event));
    }
    const claimed = held ? await deps.eventKeys.claim(query, [...keys.values()]) : undefined;
    const known = await deps.eventKeys.known(
      query,
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

  async function loadStates(people: ReadonlyMap<string, LiveSubject>) {
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
    if (locked) await store.makeRows(query, missing);
    for (const row of await store.states(query, missing, locked)) {
      versions.set(row.subjectId, row.version);
      const person = people.get(row.subjectId);
      if (!person || row.state.length === 0) continue;
      const opened = openWith(person.key, row.state, statePlace(row.subjectId));
      states.set(row.subjectId, JSON.parse(opened.toString()) as PersonState);
    }
    return states;
  }

  async function stage(decided: Decided<LiveSubject>, refused: readonly Refused[], attempt: number) {
    const people = new Map(decided.admitted.map(({ person }) => [person.subjectId, person]));
    const announcements: Announcement[] = [];
    const rows = rowsOf(decided, people, announcements);
    const dead = await deadLetterRows(refused, attempt);
    const blocked =
      announcements.length === 0
        ? new Set<string>()
        : await deps.outbox.blocked(query, [
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
      announcements.push(...deps.announce(decision, traceparent, person));
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
    return Promise.all(
      dead.map(async ({ message: original, reason }) => {
        const { id, ...message } = deadLetterMessage(original, { reason, attempt, at: deps.now() });
        const sealed = await deps.outboxSeal.sealForService(packMessage(message), id);
        return { message, entry: { subjectId: null, ceId: id, topic: message.topic, sealed } };
      }),
    );
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

/** A relay row for each announcement; persons with older rows elsewhere wait for those. */
function publish(relay: Pick<Relay, 'offer'>, { announced, blocked, outboxIds = [] }: Staged): void {
  const rows = announced.flatMap(({ message, entry: { subjectId } }, index) => {
    const id = outboxIds[index];
    return id === undefined ? [] : [{ id, subjectId, message }];
  });
  relay.offer(rows, blocked);
}

function keyOf(event: BiometricEvent): EventKey {
  return {
    key: Buffer.from(event.event_id, 'hex'),
    contentHash: Buffer.from(event.provenance.content_hash, 'hex').subarray(0, 8),
  };
}
