import { randomBytes } from 'node:crypto';
import type { Principal } from '@bridge/auth';
import { contentHash, eventId, utc, type BiometricEvent, type Reading } from '@bridge/contracts';
import {
  contentHashOf,
  createDecisionStore,
  eventRow,
  insightRow,
  keepRuleSet,
  loadRuleFile,
  objectKeyOf,
  sealColumns,
  snapshotRow,
  transitionRow,
  unsealedState,
  type BatchRows,
} from '@bridge/decision-store';
import {
  collectKnown,
  compose,
  decide,
  evolve,
  initialState,
  nextDue,
  signalsOf,
  storeState,
  type PersonState,
} from '@bridge/mode-policy';
import { createEventKeys } from '@bridge/postgres';
import { buildEvent, createTestDatabase, silentLog } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, startSealing, type LiveSubject } from '@bridge/vault';
import { createHistory, startDigesting, startExplaining } from '../src/index.ts';
import { createBlockMaintenance } from '../src/maintain-blocks.ts';

const rulesPath = new URL('../../../config/neuros.yaml', import.meta.url).pathname;
const key = () => randomBytes(32).toString('base64');

export const everybody: Principal = {
  keyId: 'key_test',
  accessor: 'key:test',
  scopes: new Set(['stream']),
  users: undefined,
};

type Rows = { -readonly [Name in keyof BatchRows]: BatchRows[Name][number][] };
type Progress = {
  state: PersonState;
  version: number;
  readonly known: ReturnType<typeof collectKnown>;
};

/** A database with decisions as cognition stores them, the job that writes blocks, and reads as the gateway makes them. */
export async function openHistory({
  inPlace,
  searchedPeople,
}: { readonly inPlace?: number; readonly searchedPeople?: number } = {}) {
  const database = await createTestDatabase();
  const cognition = database.connect('cognition');
  const gateway = database.connect('gateway');
  const owner = database.connect('owner', 2);
  const kek = parseKeyList(`test:${key()}`);
  const indexKey = parseKey(key());
  const vaultOf = (query: typeof gateway.query) =>
    createVault({ query, kek, indexKey, cacheSize: 20_000, cacheTtlMs: 0 });
  const vault = vaultOf(cognition.query);
  const sealing = startSealing({
    onLost: (error) => {
      throw error;
    },
  });
  const { rules, nr } = await keepRuleSet(cognition.query, await loadRuleFile(rulesPath));
  const store = createDecisionStore({ eventKeys: createEventKeys('cognition') });
  const digesting = startDigesting(inPlace === undefined ? {} : { inPlace });
  const explaining = startExplaining({ postgresUrl: database.urlFor('gateway'), kek, indexKey });
  const clock = { now: Date.now() };
  const accesses: { table: string; subjectIds: readonly string[] }[] = [];
  const history = createHistory({
    ...{ query: gateway.query, vault: vaultOf(gateway.query), digesting, explaining },
    rules: () => rules,
    now: () => clock.now,
    ...(searchedPeople !== undefined && { searchedPeople }),
    recordAccess: ({ table, subjectIds }) => Promise.resolve(void accesses.push({ table, subjectIds })),
  });
  const persons = new Map<string, Progress>();

  async function personOf(userId: string): Promise<LiveSubject> {
    const person = (await vault.subjectsFor([userId])).get(userId);
    if (!person || person.erased) throw new Error('no such person');
    return person;
  }

  /** Decides a person's next events as cognition does, without the graph, and stores what follows. */
  async function decideAll(userId: string, events: readonly BiometricEvent[]): Promise<LiveSubject> {
    const person = await personOf(userId);
    const before = persons.get(userId);
    const known = before?.known ?? collectKnown();
    let state = before?.state ?? initialState;
    const rows: Rows = {
      ...{ keys: [], states: [], events: [], ticks: [], objects: [], transitions: [], insights: [] },
      snapshots: before ? [] : [snapshotRow(null, 0, 0, rules.policyVersion, person)],
    };
    for (const event of events) {
      const decisions = decide(
        state,
        { kind: 'event', event, signals: signalsOf(event, rules), known },
        rules,
      );
      for (const decision of decisions) {
        const { cause, transition } = decision;
        const isTick = 'due' in cause;
        const { seq } = decision.state;
        if (isTick)
          rows.ticks.push({ subjectId: person.subjectId, seq, due: Date.parse(cause.due), rules: nr });
        const inputs = { event: isTick ? null : event, used: [] };
        if (transition) rows.transitions.push(transitionRow(decision, transition, inputs, person));
        const said = compose(decision, rules).insights;
        rows.insights.push(...said.map((one, place) => insightRow(one, place, person)));
      }
      state = evolve(state, decisions);
      known.add(event);
      rows.keys.push({ key: event.event_id, contentHash: contentHashOf(event) });
      const objectKey = event.version === 0 ? null : (objectKeyOf(event) ?? null);
      const row = eventRow(
        { event, json: undefined, objectKey, origin: { partition: 0, offset: state.seq } },
        state.seq,
        nr,
        person,
      );
      rows.events.push(row);
      if (objectKey !== null) rows.objects.push({ ...row, objectKey });
    }
    const version = (before?.version ?? 0) + 1;
    rows.states.push({
      ...{ subjectId: person.subjectId, version, seq: state.seq, mode: state.mode },
      modeSince: state.since,
      lastEventAt: Math.max(...rows.events.map(({ time }) => time)),
      nextDue: nextDue(state, rules),
      policyVersion: rules.policyVersion,
      state: unsealedState(storeState(state), person),
    });
    const sealed = await sealColumns(sealing, rows);
    await cognition.transaction((tx) => tx.pipelineAndCommit(store.statementsOf(rows, sealed, false)));
    persons.set(userId, { state, version, known });
    return person;
  }

  return {
    ...{ history, clock, accesses, decideAll, personOf, vault, rules, owner, gateway },
    /** One call of the job, on a connection of its own as the elected worker has it. */
    async maintain(): Promise<number> {
      const held = await cognition.reserve();
      // A new one each time: a test's clock goes back.
      const job = createBlockMaintenance({
        ...{ vault, digesting, retentionDays: 400, log: silentLog, budgetMs: 60_000, newWithinMs: 0 },
        rules: () => rules,
        now: () => clock.now,
      });
      try {
        return await job(held.query);
      } finally {
        await held.close();
      }
    },
    async close() {
      await explaining.close();
      await digesting.close();
      await sealing.close();
      for (const pool of [cognition, gateway, owner, database]) await pool.close();
    },
  };
}

export type HistoryWorld = Awaited<ReturnType<typeof openHistory>>;

const minuteMs = 60_000;

/** An event of a watch whose object a later version may correct. */
export function watchEvent(
  userId: string,
  at: number,
  readings: readonly Reading[],
  given: Partial<BiometricEvent> & { readonly object?: string } = {},
): BiometricEvent {
  const { object = randomBytes(8).toString('hex'), version = 0, operation = 'upsert', ...rest } = given;
  const event_type = rest.event_type ?? 'heart_rate';
  const hash = contentHash({ event_type, operation, readings: [...readings], reportedAt: utc(at) });
  const identity = { kind: 'client', id: object } as const;
  return buildEvent({
    event_id: eventId({ source: 'apple', userId, object: identity, version }),
    user_id: userId,
    source: 'apple',
    device_id: 'watch',
    timestamp: utc(at),
    received_at: utc(at + minuteMs),
    ...{ version, operation, readings: [...readings] },
    provenance: {
      object_id: object,
      object_kind: 'client',
      reported: 'sensed',
      content_hash: hash,
      raw_sha256: hash,
      flags: [],
    },
    ...rest,
  });
}

export function pulse(value: number): Reading[] {
  return [{ metric: 'heart_rate', value, unit: '/min' }];
}

/** A night of a ring, reported when it ended. */
export function nightOfRing(userId: string, start: number, end: number, rmssd: number): BiometricEvent {
  const within = { start: utc(start), end: utc(end), context: 'sleep' } as const;
  const event = watchEvent(
    userId,
    end,
    [
      { metric: 'hrv_rmssd', value: rmssd, unit: 'ms', statistic: 'average', ...within },
      { metric: 'sleep_duration', value: (end - start) / 1_000, unit: 's', ...within },
    ],
    { event_type: 'sleep' },
  );
  return { ...event, source: 'oura', device_id: 'ring' };
}
