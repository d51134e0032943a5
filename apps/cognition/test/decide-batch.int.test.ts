import { createTestDatabase, measured, randomName, type TestDatabase } from '@bridge/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventsTopic, openWorker, placed, type Worker } from './open-worker.ts';

let database: TestDatabase;
let one: Worker;
let two: Worker;
/** Each test reads a partition of its own from offset 0. */
let partition = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  one = await openWorker(database.urlFor('cognition'));
  two = await openWorker(database.urlFor('cognition'));
});
afterAll(async () => {
  await one.postgres.close();
  await two.postgres.close();
  await database.close();
});
beforeEach(async () => {
  partition += 2;
  for (const own of [partition, partition + 1]) await one.positions.start(eventsTopic, own, 0, 'cluster');
});

const count = async (table: string, where: string, values: unknown[] = []) => {
  const [row] = await one.postgres.query<{ n: number }>(
    `select count(*)::int n from ${table} where ${where}`,
    values,
  );
  return row?.n ?? 0;
};
const subjectOf = async (user: string) => (await one.vault.find([user])).get(user)?.subjectId ?? 'nobody';
const stateOf = async (user: string) => {
  const [row] = await one.postgres.query<{ version: number; seq: number; mode: string }>(
    'select version, seq, mode from neuros_checkpoints where thread_id = $1',
    [await subjectOf(user)],
  );
  return row;
};
const nextOffset = async (own: number) => (await one.positions.load(eventsTopic, [own]))[0]?.nextOffset;

describe('a batch', () => {
  it('writes position, keys, events, state, transitions and messages in one transaction', async () => {
    const user = randomName('user');
    const messages = [
      one.ownMessage({ partition, offset: 0 }, measured(user, 0, 45, 80)),
      one.ownMessage({ partition, offset: 1 }, measured(user, 1, 25, 65)),
      one.ownMessage({ partition, offset: 2 }, measured(user, 7, 45, 80)),
    ];
    const before = one.offered.length;
    await one.decide(messages);

    const subject = await subjectOf(user);
    expect(await nextOffset(partition)).toBe(3);
    expect(await stateOf(user)).toEqual({ version: 1, seq: 3, mode: 'pattern' });
    expect(await count('biometric_events', 'subject_id = $1', [subject])).toBe(3);
    const transitions = await one.postgres.query(
      `select seq, from_mode "from", to_mode "to", reason from cognitive_mode_transitions where subject_id = $1 order by seq`,
      [subject],
    );
    expect(transitions).toEqual([
      { seq: 1, from: null, to: 'pattern', reason: 'first_decision' },
      { seq: 2, from: 'pattern', to: 'reflex', reason: 'stress_overload' },
      { seq: 3, from: 'reflex', to: 'pattern', reason: 'recovered' },
    ]);
    expect(await count('insights', 'subject_id = $1 and seq = 1', [subject])).toBe(1);
    const announced = one.offered.slice(before).map(({ message }) => message.topic);
    expect(announced.sort()).toEqual([
      'biometric.alerts',
      'biometric.alerts',
      'biometric.insights',
      'biometric.transitions',
      'biometric.transitions',
      'biometric.transitions',
    ]);
  });

  it('drops an event that comes again: in the same batch, in the next, after a restart', async () => {
    const user = randomName('user');
    const event = measured(user, 0, 25, 65);
    await one.decide([
      one.ownMessage({ partition, offset: 0 }, event),
      one.ownMessage({ partition, offset: 1 }, event),
    ]);
    await one.decide([one.ownMessage({ partition, offset: 2 }, event)]);
    await two.decide([two.ownMessage({ partition, offset: 3 }, event)]);
    expect(await stateOf(user)).toEqual({ version: 1, seq: 1, mode: 'reflex' });
    expect(await nextOffset(partition)).toBe(4);
  });

  it('tells another content under a known id from a repetition', async () => {
    const user = randomName('user');
    const event = measured(user, 0, 45, 80);
    const other = {
      ...event,
      provenance: { ...event.provenance, content_hash: 'f'.repeat(64) },
    };
    await one.decide([
      one.ownMessage({ partition, offset: 0 }, event),
      one.ownMessage({ partition, offset: 1 }, other),
    ]);
    const refused = await one.metrics.getSingleMetricAsString('biometric_events_refused_total');
    expect(refused).toContain('reason="duplicate_conflict"} 1');
  });

  it('decides the same in one batch and in many', async () => {
    const [whole, pieces] = [randomName('user'), randomName('user')];
    const readings = [
      [45, 80],
      [25, 65],
      [31, 72],
      [25, 65],
      [60, 90],
    ] as const;
    await one.decide(
      readings.map(([rmssd, readiness], offset) =>
        one.ownMessage({ partition, offset }, measured(whole, offset, rmssd, readiness)),
      ),
    );
    for (const [offset, [rmssd, readiness]] of readings.entries()) {
      const event = measured(pieces, offset, rmssd, readiness);
      await one.decide([one.ownMessage({ partition: partition + 1, offset }, event)]);
    }
    const switches = async (user: string) =>
      one.postgres.query(
        'select seq, from_mode, to_mode from cognitive_mode_transitions where subject_id = $1 order by seq',
        [await subjectOf(user)],
      );
    expect(await switches(pieces)).toEqual(await switches(whole));
  });
});

describe('a worker that lost its partition', () => {
  it('changes nothing', async () => {
    const user = randomName('user');
    const messages = [one.ownMessage({ partition, offset: 0 }, measured(user, 0, 25, 65))];
    const late = await one.handler.prepare({ messages, locked: false, poisoned: false, number: 1 });
    await two.decide([two.ownMessage({ partition, offset: 0 }, measured(randomName('user'), 0, 45, 80))]);

    const commit = one.handler.commit(late, [
      {
        topic: eventsTopic,
        partition,
        from: 0,
        to: 1,
        lastOffset: 0,
        lastTime: 0,
        lastHash: Buffer.alloc(16),
      },
    ]);
    await expect(commit).rejects.toMatchObject({ code: 'BB001' });
    one.handler.forget();
    expect(await stateOf(user)).toBeUndefined();
    expect(await count('biometric_events', 'subject_id = $1', [await subjectOf(user)])).toBe(0);
    expect(await nextOffset(partition)).toBe(1);
  });
});

describe('two workers on one person', () => {
  it('the second one notices that the state changed, and cannot lose under locks', async () => {
    const user = randomName('user');
    await one.decide([one.ownMessage({ partition, offset: 0 }, measured(user, 0, 45, 80))]);
    await two.decide([two.ownMessage({ partition: partition + 1, offset: 0 }, measured(user, 1, 45, 80))]);
    const stale = [one.ownMessage({ partition, offset: 1 }, measured(user, 2, 25, 65))];
    await expect(one.decide(stale)).rejects.toMatchObject({ code: 'BB002' });
    expect(await stateOf(user)).toMatchObject({ seq: 2, mode: 'pattern' });

    await one.decide(stale, { locked: true });
    expect(await stateOf(user)).toEqual({ version: 3, seq: 3, mode: 'reflex' });
  });

  it('decide an event that lies on two partitions once', async () => {
    const user = randomName('user');
    const event = measured(user, 0, 45, 80);
    const results = await Promise.allSettled([
      one.decide([one.ownMessage({ partition, offset: 0 }, event)], { locked: true }),
      two.decide([two.ownMessage({ partition: partition + 1, offset: 0 }, event)], { locked: true }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await stateOf(user)).toMatchObject({ seq: 1 });
    expect(await count('biometric_events', 'subject_id = $1', [await subjectOf(user)])).toBe(1);
  });

  it('never deadlock, whatever the order in which they meet the persons', async () => {
    const users = Array.from({ length: 40 }, () => randomName('user'));
    const batch = (worker: Worker, own: number, order: string[], round: number) =>
      worker.decide(
        order.map((user, index) =>
          worker.ownMessage({ partition: own, offset: round * 40 + index }, measured(user, round, 45, 80)),
        ),
        { locked: true },
      );
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([
        batch(one, partition, users, round),
        batch(two, partition + 1, users.toReversed(), round),
      ]);
    }
    for (const user of users) expect(await stateOf(user)).toMatchObject({ seq: 10 });
  });

  it('the rows of the other one go out first', async () => {
    const user = randomName('user');
    await two.decide([two.ownMessage({ partition, offset: 0 }, measured(user, 0, 25, 65))]);
    // The other one has not published yet: its rows are still there.
    await one.decide([one.ownMessage({ partition: partition + 1, offset: 0 }, measured(user, 7, 60, 90))], {
      locked: true,
    });
    expect(one.deferred).toContain(await subjectOf(user));
    expect(one.offered.some(({ message }) => message.key === user)).toBe(false);
  });
});

describe('what cannot be decided', () => {
  it('goes to the dead letters byte for byte, sealed on its way', async () => {
    const value = Buffer.from('{"user_id": "canary-person", cut off');
    const before = one.offered.length;
    await one.decide([
      { ...placed({ partition, offset: 0 }), key: Buffer.from('canary-person'), value, headers: {} },
    ]);
    const [letter] = one.offered.slice(before);
    expect(letter?.message).toMatchObject({ topic: `${eventsTopic}.dlq`, value });
    expect(letter?.message.headers['dlq-reason']).toBe('malformed');
    const rows = await one.postgres.query<{ sealed: Buffer }>(
      'select sealed from cognition.outbox where topic = $1',
      [`${eventsTopic}.dlq`],
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ sealed }) => sealed.includes('canary-person'))).toBe(false);
  });

  it('is dead-lettered without being read when it is poisoned', async () => {
    const user = randomName('user');
    const before = one.offered.length;
    await one.decide([one.ownMessage({ partition, offset: 0 }, measured(user, 0, 45, 80))], {
      poisoned: true,
    });
    expect(one.offered.slice(before).map(({ message }) => message.headers['dlq-reason'])).toEqual([
      'unclassified',
    ]);
    expect(await nextOffset(partition)).toBe(1);
  });

  it('a tombstone is dropped', async () => {
    await one.decide([{ ...placed({ partition, offset: 0 }), key: null, value: null, headers: {} }]);
    expect(await nextOffset(partition)).toBe(1);
  });
});

it('no table shows who it is or what was measured', async () => {
  const user = randomName('canary-user');
  const event = { ...measured(user, 0, 25.125, 65), device_id: 'canary-device' };
  await one.decide([one.ownMessage({ partition, offset: 0 }, event)]);
  const tables = [
    'biometric_events',
    'neuros_checkpoints',
    'cognitive_mode_transitions',
    'insights',
    'cognition.outbox',
    'keys.subjects',
  ];
  const admin = await openWorker(database.adminUrl);
  for (const table of tables) {
    const found = await admin.postgres.query(
      `select 1 from ${table} t where t::text ~ $1 or t::text ~ $2 limit 1`,
      ['canary-user|canary-device|25\\.125', Buffer.from('canary').toString('hex')],
    );
    expect(found, table).toEqual([]);
  }
  await admin.postgres.close();
});
