import { topics } from '@bridge/contracts';
import {
  packMessage,
  type BatchHandler,
  type IncomingMessage,
  type OutgoingMessage,
  type Relay,
} from '@bridge/kafka';
import type {
  EventKey,
  EventKeys,
  Outbox,
  OutboxEntry,
  Positions,
  Postgres,
  Statement,
} from '@bridge/postgres';
import type { FloorPlan } from './plan.ts';
import type { createPreparedBytes } from './prepared-bytes.ts';
import {
  insertEvents,
  insertTicks,
  insertTransitions,
  writeStates,
  type FloorEvent,
  type FloorState,
  type FloorTick,
  type FloorTransition,
} from './statements.ts';

export type FloorDeps = {
  readonly postgres: Postgres;
  readonly positions: Positions;
  readonly eventKeys: EventKeys;
  readonly outbox: Outbox;
  readonly relay: Relay;
  readonly bytes: ReturnType<typeof createPreparedBytes>;
  readonly plan: FloorPlan;
  /** As the rows stand; moved on here. */
  readonly versions: Map<string, { version: number; seq: number }>;
};

type Announcement = { readonly entry: OutboxEntry; readonly message: OutgoingMessage };

export type FloorRows = {
  readonly statements: readonly Statement[];
  readonly announced: readonly Announcement[];
  ids: readonly number[];
};

/** A frame's header goes, version, iv and tag of the sealed payload come. */
const sealedFromFramed = -5 + 29;
/** What the worker sends for a switch: the transition, and the alert signal that it fires or resolves. */
const announcements = [
  { topic: topics.transitions.name, bytes: 620 },
  { topic: topics.alerts.name, bytes: 830 },
] as const;

/** As the worker's batches: the same rows, statements and overlap, but nothing is parsed, sealed, looked up or decided. */
export function createFloorHandler(deps: FloorDeps): BatchHandler<FloorRows> {
  const { postgres, positions, eventKeys, outbox, relay, bytes, plan, versions } = deps;
  let seen = 0;

  function rowsOf(messages: readonly IncomingMessage[]): FloorRows {
    const ids = bytes.unique(messages.length);
    const touched = new Set<string>();
    const keys: EventKey[] = [];
    const events: FloorEvent[] = [];
    const ticks: FloorTick[] = [];
    const transitions: FloorTransition[] = [];
    const announced: Announcement[] = [];
    messages.forEach(({ key, value, brokerTime: time }, index) => {
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
      events.push({ time, eventId, subjectId, seq, payload: bytes.some(value.length + sealedFromFramed) });
      seen += 1;
      if (plan.eventsPerTick && seen % plan.eventsPerTick === 0) ticks.push({ subjectId, seq, due: time });
      if (seen % plan.eventsPerTransition !== 0) return;
      transitions.push({
        at: time,
        transitionId: eventId,
        subjectId,
        seq,
        record: bytes.some(plan.recordBytes),
      });
      announced.push(...announcements.map((one) => announce(one, { userId, subjectId })));
    });
    const statements = [
      eventKeys.addStatement(keys),
      writeStates([...touched].sort().map(nextState)),
      insertEvents(events),
      ...(ticks.length === 0 ? [] : [insertTicks(ticks)]),
      ...(transitions.length === 0 ? [] : [insertTransitions(transitions)]),
      ...(announced.length === 0 ? [] : [outbox.addStatement(announced.map(({ entry }) => entry))]),
    ];
    return { statements, announced, ids: [] };
  }

  function nextState(subjectId: string): FloorState {
    const state = versions.get(subjectId);
    if (!state) throw new Error('a person without a state');
    state.version += 1;
    return { subjectId, ...state, mode: 'pattern', state: bytes.some(plan.stateBytes) };
  }

  function announce(
    { topic, bytes: size }: (typeof announcements)[number],
    { userId, subjectId }: { userId: string; subjectId: string },
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
