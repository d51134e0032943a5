import { topics } from '@bridge/contracts';
import {
  packMessage,
  type BatchHandler,
  type IncomingMessage,
  type OutgoingMessage,
  type Relay,
} from '@bridge/kafka';
import {
  insertEvents,
  insertTicks,
  insertTransitions,
  writeStates,
  type EventColumns,
  type StateRow,
  type TickRow,
  type TransitionColumns,
} from '@bridge/decision-store';
import {
  byteaArray,
  type EventKey,
  type EventKeys,
  type Outbox,
  type OutboxEntry,
  type Positions,
  type Postgres,
  type Statement,
} from '@bridge/postgres';
import type { FloorPlan } from './plan.ts';
import type { PreparedBytes } from './prepared-bytes.ts';

export type FloorDeps = {
  readonly postgres: Postgres;
  readonly positions: Positions;
  readonly eventKeys: EventKeys;
  readonly outbox: Outbox;
  readonly relay: Relay;
  readonly bytes: PreparedBytes;
  readonly plan: FloorPlan;
  /** Versions of the stored rows, which the handler advances. */
  readonly versions: Map<string, { version: number; seq: number }>;
};

type FloorState = Omit<StateRow, 'state'>;

type Announcement = { readonly entry: OutboxEntry; readonly message: OutgoingMessage };

export type FloorRows = {
  readonly statements: readonly Statement[];
  readonly announced: readonly Announcement[];
  ids: readonly number[];
};

const ruleHash = Buffer.alloc(32, 7);
const policyVersion = 2;
/** A frame's header goes, version, iv and tag of the sealed payload come. */
const sealedFromFramed = -5 + 29;
/** The messages that the worker sends for a switch: the transition, and the alert signal that it fires or resolves. */
const announcements = [
  { topic: topics.transitions.name, bytes: 620 },
  { topic: topics.alerts.name, bytes: 830 },
] as const;

/** Handles batches like the worker: the same rows, statements and overlap, but it parses, seals and decides nothing. */
export function createFloorHandler(deps: FloorDeps): BatchHandler<FloorRows> {
  const { postgres, positions, relay } = deps;
  const rowsOf = createRowBuilder(deps);
  return {
    prepare: ({ messages }) => Promise.resolve(rowsOf(messages)),
    commit: async (rows, moves) => {
      const statements = [positions.moveStatement(moves), ...rows.statements];
      const results = await postgres.transaction((tx) => tx.pipelineAndCommit(statements));
      if (rows.announced.length > 0) rows.ids = (results.at(-1) as { id: number }[]).map(({ id }) => id);
    },
    settled: ({ announced, ids }) =>
      relay.offer(
        announced.map(({ message, entry }, index) => ({
          id: ids[index] ?? 0,
          subjectId: entry.subjectId,
          message,
        })),
      ),
    abandon: () => undefined,
    forget: () => undefined,
  };
}

/** Any times take as many bytes. */
const times = { modeSince: 0, lastEventAt: 0 } as const;

function createRowBuilder({ eventKeys, outbox, bytes, plan, versions }: FloorDeps) {
  let seen = 0;

  function nextState(subjectId: string): FloorState {
    const state = versions.get(subjectId);
    if (!state) throw new Error('a person without a state');
    state.version += 1;
    const { version, seq } = state;
    return { subjectId, version, seq, mode: 'pattern', nextDue: null, policyVersion, ...times };
  }

  return function rowsOf(messages: readonly IncomingMessage[]): FloorRows {
    const ids = bytes.unique(messages.length);
    const touched = new Set<string>();
    const keys: EventKey[] = [];
    const events: EventColumns[] = [];
    const payloads: Buffer[] = [];
    const ticks: TickRow[] = [];
    const transitions: TransitionColumns[] = [];
    const announced: Announcement[] = [];
    messages.forEach(({ key, value, brokerTime: time, partition, offset }, index) => {
      const userId = key?.toString() ?? '';
      const subjectId = plan.subjects[userId];
      const state = versions.get(subjectId ?? '');
      const eventId = ids[index];
      if (!subjectId || !state || !eventId || !value)
        throw new Error('the floor knows only prepared messages');
      touched.add(subjectId);
      state.seq += 1;
      const { seq } = state;
      keys.push({ key: eventId, contentHash: bytes.some(8) });
      events.push(eventRow({ time, eventId, subjectId, seq }, { partition, offset }));
      payloads.push(bytes.some(value.length + sealedFromFramed));
      seen += 1;
      if (plan.eventsPerTick && seen % plan.eventsPerTick === 0)
        ticks.push({ subjectId, seq, due: time, rules: 1 });
      if (seen % plan.eventsPerTransition !== 0) return;
      transitions.push(transitionRow({ time, eventId, subjectId, seq }, bytes.some(plan.recordBytes)));
      announced.push(...announcements.map((one) => announce(one, { userId, subjectId }, bytes)));
    });
    const states = [...touched].sort().map(nextState);
    const sealedStates = byteaArray(states.map(() => bytes.some(plan.stateBytes)));
    const statements = [
      eventKeys.addStatement(keys),
      writeStates(states, sealedStates),
      insertEvents(events, byteaArray(payloads)),
      ...(ticks.length === 0 ? [] : [insertTicks(ticks)]),
      ...(transitions.length === 0 ? [] : [insertTransitions(transitions)]),
      ...(announced.length === 0 ? [] : [outbox.addStatement(announced.map(({ entry }) => entry))]),
    ];
    return { statements, announced, ids: [] };
  };
}

type Place = Pick<EventColumns, 'time' | 'eventId' | 'subjectId' | 'seq'>;

function eventRow(place: Place, origin: Pick<EventColumns, 'partition' | 'offset'>): EventColumns {
  return {
    ...place,
    ...origin,
    source: 'apple',
    eventType: 'heart_rate',
    operation: 'upsert',
    version: 0,
    receivedAt: place.time,
    rules: 1,
    metrics: 1,
    objectKey: null,
  };
}

function transitionRow({ time, eventId, subjectId, seq }: Place, record: Buffer): TransitionColumns {
  return {
    at: time,
    transitionId: eventId,
    subjectId,
    seq,
    from: 'pattern',
    to: 'reflex',
    reason: 'stress_overload',
    ruleHash,
    policyVersion,
    cause: eventId,
    record,
  };
}

function announce(
  { topic, bytes: size }: (typeof announcements)[number],
  { userId, subjectId }: { readonly userId: string; readonly subjectId: string },
  bytes: PreparedBytes,
): Announcement {
  const ceId = bytes.some(16).toString('hex');
  const message = {
    topic,
    key: userId,
    value: bytes.some(size),
    headers: { ce_id: ceId, rest: bytes.some(300) },
  };
  return { message, entry: { subjectId, ceId, topic, sealed: packMessage(message) } };
}
