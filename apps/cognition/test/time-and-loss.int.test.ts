import { eventId, type BiometricEvent } from '@bridge/contracts';
import type { IncomingMessage } from '@bridge/kafka';
import type { Postgres } from '@bridge/postgres';
import { measured, randomName, testMorning, type TestDatabase } from '@bridge/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recompute, requireRules, describeTransition } from '@bridge/mode-policy';
import {
  rebuildState,
  createKeptRules,
  keepRuleSet,
  newestTransitions,
  unsealState,
} from '@bridge/decision-store';
import {
  eventsTopic,
  movesOf,
  openOwnedWorker,
  openWorker,
  rulesSource,
  type Worker,
} from './open-worker.ts';

let database: TestDatabase;
let worker: Worker;
let owner: Postgres;
let close: () => Promise<void>;
let partition = 0;
let offset = 0;

beforeAll(async () => {
  ({ database, worker, owner, close } = await openOwnedWorker());
});
afterAll(() => close());
beforeEach(async () => {
  partition += 1;
  offset = 0;
  await worker.positions.start(eventsTopic, partition, 0, 'cluster');
});

const hour = 60;
const at = (minute: number) => testMorning + minute * 60_000;

/** Decides one event: RMSSD and readiness, `minute` minutes after seven. */
async function tell(user: string, minute: number, rmssd: number, readiness: number, by = worker) {
  await by.decide([by.ownMessage({ partition, offset: offset++ }, measured(user, minute, rmssd, readiness))]);
}

async function personOf(user: string) {
  const person = (await worker.vault.find([user])).get(user);
  if (!person || person.erased) throw new Error('no such person');
  return person;
}
async function stored(user: string) {
  const person = await personOf(user);
  const [row] = await worker.postgres.query<{ mode: string; seq: number; due: Date | null; state: Buffer }>(
    'select mode, seq, next_due due, state from neuros_checkpoints where thread_id = $1',
    [person.subjectId],
  );
  if (!row) throw new Error('no state');
  return { ...row, state: unsealState(row.state, person) };
}
async function switches(user: string) {
  const rows = await worker.postgres.query<{ from: string | null; to: string; reason: string }>(
    `select from_mode "from", to_mode "to", reason from cognitive_mode_transitions where subject_id = $1 order by seq`,
    [(await personOf(user)).subjectId],
  );
  return rows.map(({ from, to }) => `${from} → ${to}`);
}

describe('time passes without events', () => {
  it('a reflex ends by tick when its inputs are stale, and its alert stays open, unconfirmed', async () => {
    const user = randomName('user');
    await tell(user, 0, 25, 65);
    const before = await stored(user);
    expect(before.mode).toBe('reflex');
    expect(before.due?.getTime()).toBeGreaterThan(at(0));

    expect(await worker.decideDue(at(30))).toBe(0);
    const offered = worker.offered.length;
    expect(await worker.decideDue(at(2 * hour))).toBe(1);
    expect(await switches(user)).toEqual(['null → reflex', 'reflex → pattern']);
    expect(worker.offered.slice(offered).map(({ message }) => message.topic)).toEqual([
      'biometric.transitions',
      'biometric.alerts',
    ]);
    const after = await stored(user);
    expect(after).toMatchObject({ mode: 'pattern', seq: 2 });
    expect(after.due?.getTime()).toBe(at(24 * hour));
    expect(await worker.decideDue(at(2 * hour))).toBe(0);
  });

  it('ticks that are due before an event are decided first, whoever comes first', async () => {
    const [swept, told] = [randomName('user'), randomName('user')];
    for (const user of [swept, told]) await tell(user, 0, 25, 65);
    await worker.decideDue(at(2 * hour));
    for (const user of [swept, told]) await tell(user, 3 * hour, 45, 80);
    expect(await switches(told)).toEqual(await switches(swept));
    expect((await stored(told)).seq).toBe(3);
  });

  it('two workers that sweep at once decide each person once', async () => {
    const users = Array.from({ length: 20 }, () => randomName('user'));
    for (const user of users) await tell(user, 0, 25, 65);
    const other = await openWorker(database.urlFor('cognition'));
    const counts = await Promise.all([worker.decideDue(at(2 * hour)), other.decideDue(at(2 * hour))]);
    await other.postgres.close();
    await worker.decideDue(at(2 * hour));
    expect(counts[0] + counts[1]).toBeLessThanOrEqual(users.length);
    for (const user of users) expect((await stored(user)).seq).toBe(2);
  });
});

describe('a state that is lost', () => {
  const story = async (user: string) => {
    await tell(user, 0, 45, 80);
    await tell(user, 10, 25, 65);
    await worker.decideDue(at(3 * hour));
    await tell(user, 4 * hour, 44, 82);
    await tell(user, 4 * hour + 1, 24, 60);
    return stored(user);
  };
  const lose = async (user: string) => {
    const { subjectId } = await personOf(user);
    // As the guide says to clear a checkpoint: by the owner of the database, behind the workers' backs.
    await owner.query('delete from neuros_checkpoints where thread_id = $1', [subjectId]);
  };

  it('is decided again from the stored events and ticks, and comes out identical', async () => {
    const user = randomName('user');
    const { state } = await story(user);
    const rebuilt = await rebuildState(
      worker.postgres.query,
      createKeptRules(worker.postgres.query),
      await personOf(user),
    );
    expect(rebuilt?.state).toEqual(state);
    expect(rebuilt?.gaps).toBe(0);
  });

  it.each([
    ['although it was cached', true],
    ['and by a worker that never saw it', false],
  ])('is rebuilt at the next event, %s', async (_name, cached) => {
    const user = randomName('user');
    const twin = randomName('user');
    await story(user);
    await story(twin);
    await lose(user);
    const by = cached ? worker : await openWorker(database.urlFor('cognition'));
    const minute = 5 * hour;
    const message = by.ownMessage({ partition, offset: offset++ }, measured(user, minute, 60, 90));
    if (cached) await expect(by.decide([message])).rejects.toMatchObject({ code: 'BB002' });
    await by.decide([message], { locked: cached });
    await tell(twin, minute, 60, 90);
    expect(await switches(user)).toEqual(await switches(twin));
    expect((await stored(user)).seq).toBe((await stored(twin)).seq);
    if (!cached) await by.postgres.close();
  });

  it('is rebuilt when it cannot be read', async () => {
    const user = randomName('user');
    const { seq } = await story(user);
    const { subjectId } = await personOf(user);
    const noise = Buffer.from('0102030405', 'hex');
    await worker.postgres.query('update neuros_checkpoints set state = $2 where thread_id = $1', [
      subjectId,
      noise,
    ]);
    worker.handler.forget();
    await tell(user, 5 * hour, 60, 90);
    expect((await stored(user)).seq).toBe(seq + 1);
  });

  it('is decided again under the rules that held then', async () => {
    const user = randomName('user');
    const before = worker.active.rules;
    await tell(user, 0, 28, 65);
    const source = rulesSource.replace('without_usual_below: 30', 'without_usual_below: 20');
    expect(source).not.toBe(rulesSource);
    const file = { rules: requireRules(source, 'changed.yaml'), source };
    worker.active.rules = await keepRuleSet(worker.postgres.query, file);
    await tell(user, 1, 27, 64);
    const { state } = await stored(user);
    const rebuilt = await rebuildState(
      worker.postgres.query,
      createKeptRules(worker.postgres.query),
      await personOf(user),
    );
    worker.active.rules = before;
    expect(rebuilt?.state).toEqual(state);
  });
});

it('a correction replaces what an earlier version said, and an older one that comes late changes nothing', async () => {
  const user = randomName('user');
  const versions = [1, 3, 2].map((version) => {
    const event = measured(user, 0, version === 3 ? 25 : 45, version === 3 ? 65 : 80);
    return {
      ...event,
      version,
      received_at: measured(user, version, 0, 0).received_at,
      provenance: { ...event.provenance, object_id: 'night-1', object_kind: 'vendor' as const },
    };
  });
  for (const event of versions) {
    await worker.decide([worker.ownMessage({ partition, offset: offset++ }, event)]);
  }
  expect(await switches(user)).toEqual(['null → pattern', 'pattern → reflex']);
  expect(await stored(user)).toMatchObject({ mode: 'reflex', seq: 3 });
  const rebuilt = await rebuildState(
    worker.postgres.query,
    createKeptRules(worker.postgres.query),
    await personOf(user),
  );
  expect(rebuilt?.state).toEqual((await stored(user)).state);
});

it('a day that is taken anew leaves out a version that came after its delete and is still being committed', async () => {
  const user = randomName('user');
  const day = -5 * 24 * hour;
  const object = { kind: 'vendor', id: 'night-4' } as const;
  const told = (version: number) => {
    const event = measured(user, day, 20, 80);
    return {
      ...event,
      version,
      received_at: measured(user, version, 0, 0).received_at,
      event_id: eventId({ source: event.source, userId: user, object, version }),
      provenance: { ...event.provenance, object_id: object.id, object_kind: object.kind },
    };
  };
  const late = (minute: number, rmssd: number) => ({
    ...measured(user, minute, rmssd, 80),
    received_at: measured(user, 5, 0, 0).received_at,
  });
  const deleted = { ...told(1), operation: 'delete' as const, readings: [] };
  const message = (event: BiometricEvent) => worker.ownMessage({ partition, offset: offset++ }, event);
  await worker.decide([message(late(day + 20, 60)), message(late(0, 48)), message(deleted)]);

  await overlapping([message(told(0))], [message(late(day + 30, 52))]);
  const rebuilt = await rebuildState(
    worker.postgres.query,
    createKeptRules(worker.postgres.query),
    await personOf(user),
  );
  expect((await stored(user)).state).toEqual(rebuilt?.state);
});

it('a correction knows the version that is still being committed', async () => {
  const user = randomName('user');
  const versions = [1, 2].map((version) => {
    const event = measured(user, 0, version === 2 ? 45 : 25, version === 2 ? 80 : 65);
    const provenance = { ...event.provenance, object_id: 'night-2', object_kind: 'vendor' as const };
    return { ...event, version, received_at: measured(user, version, 0, 0).received_at, provenance };
  });
  const [first = [], second = []] = versions.map((event) => [
    worker.ownMessage({ partition, offset: offset++ }, event),
  ]);
  await overlapping(first, second);
  const rebuilt = await rebuildState(
    worker.postgres.query,
    createKeptRules(worker.postgres.query),
    await personOf(user),
  );
  expect(rebuilt?.state).toEqual((await stored(user)).state);
});

/** The second batch is prepared while the first one waits to be committed. */
async function overlapping(first: IncomingMessage[], second: IncomingMessage[]) {
  const attempt = { locked: false, poisoned: false, number: 1 };
  const ahead = await worker.handler.prepare({ ...attempt, messages: first });
  const behind = await worker.handler.prepare({ ...attempt, messages: second });
  for (const [session, messages] of [
    [ahead, first],
    [behind, second],
  ] as const) {
    await worker.handler.commit(session, movesOf(messages));
    worker.handler.settled(session);
  }
}

it.each([0, 1])(
  'a day that is taken anew leaves out what a correction moved away from it (version %i)',
  async (first) => {
    const user = randomName('user');
    const days = (count: number) => -count * 24 * hour;
    const object = { kind: 'vendor', id: 'night-3' } as const;
    const told = [
      { minute: days(12), rmssd: 50 },
      { minute: days(3) + 10, rmssd: 60 },
      { minute: days(3), rmssd: 20, version: first },
      { minute: 0, rmssd: 48 },
      { minute: days(10), rmssd: 20, version: first + 1 },
      { minute: days(3) + hour, rmssd: 52 },
    ];
    for (const [nr, { minute, rmssd, version }] of told.entries()) {
      const event = measured(user, minute, rmssd, 80);
      const moved = version !== undefined && {
        version,
        event_id: eventId({ source: event.source, userId: user, object, version }),
        provenance: { ...event.provenance, object_id: object.id, object_kind: object.kind },
      };
      const received_at = measured(user, nr, 0, 0).timestamp;
      const message = { ...event, ...moved, received_at };
      await worker.decide([worker.ownMessage({ partition, offset: offset++ }, message)]);
    }
    const rebuilt = await rebuildState(
      worker.postgres.query,
      createKeptRules(worker.postgres.query),
      await personOf(user),
    );
    expect((await stored(user)).state).toEqual(rebuilt?.state);
  },
);

it('every recorded transition comes out identical when it is decided again', async () => {
  const user = randomName('user');
  await tell(user, 0, 45, 80);
  await tell(user, 10, 25, 65);
  await worker.decideDue(at(3 * hour));
  await tell(user, 4 * hour, 24, 60);
  const { query } = worker.postgres;
  const kept = createKeptRules(query);
  const found = await newestTransitions(query, worker.vault, 1_000);
  const results = await Promise.all(
    found.map(async ({ recorded, ruleHash, person }) =>
      recompute(recorded, person.userId, await kept.byHash(ruleHash)),
    ),
  );
  expect(found.length).toBeGreaterThan(20);
  expect(results.filter(({ kind }) => kind !== 'identical')).toEqual([]);
  const [switched] = found.filter(
    ({ person, recorded }) => person.userId === user && recorded.event === null,
  );
  if (!switched) throw new Error('no tick was recorded');
  expect(describeTransition(switched.recorded, { kind: 'identical' })).toMatch(
    /reflex → pattern .* by time that passed/,
  );
});
