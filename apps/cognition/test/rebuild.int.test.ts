import { eventId, utc, type BiometricEvent } from '@bridge/contracts';
import { createTestDatabase, measured, randomName, testMorning, type TestDatabase } from '@bridge/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rebuildState, createKeptRules, unsealState } from '@bridge/decision-store';
import { eventsTopic, openWorker, type Worker } from './open-worker.ts';

let database: TestDatabase;
let worker: Worker;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = await openWorker(database.urlFor('cognition'));
  await worker.positions.start(eventsTopic, 0, 0, 'cluster');
});
afterAll(async () => {
  await worker.postgres.close();
  await database.close();
});

const minutesOfDay = 24 * 60;
/** The last of the minutes; corrections arrive after it. */
const lastMinute = 1_100;
let offset = 0;

async function decideAll(events: readonly BiometricEvent[]): Promise<void> {
  for (let at = 0; at < events.length; at += 300) {
    const messages = events
      .slice(at, at + 300)
      .map((event) => worker.ownMessage({ partition: 0, offset: offset++ }, event));
    await worker.decide(messages);
  }
}

/** A version of what a vendor says of one night, so many days before the minutes. */
function night(user: string, day: number, version: number, rmssd: number): BiometricEvent {
  const object = { kind: 'vendor', id: `night-${day}` } as const;
  const event = measured(user, -day * minutesOfDay, rmssd, 80);
  const { source } = event;
  return {
    ...event,
    version,
    event_id: eventId({ source, userId: user, object, version }),
    provenance: { ...event.provenance, object_id: object.id, object_kind: object.kind },
    ...(version > 0 && {
      received_at: utc(testMorning + (lastMinute + version) * 60_000),
    }),
  };
}

it('a long story with corrections is rebuilt from its last snapshot, in pages', async () => {
  const user = randomName('user');
  const days = Array.from({ length: 20 }, (_, nr) => 20 - nr);
  const nights = days.map((day) => night(user, day, 0, 45 + (day % 7)));
  // The second batch enters another span of thirty days, and a snapshot is taken behind it.
  for (const some of [nights.slice(0, 1), nights.slice(1, 10), nights.slice(10)]) await decideAll(some);
  await decideAll(
    Array.from({ length: lastMinute }, (_, minute) => measured(user, minute, 44 + (minute % 9), 80)),
  );
  const late = {
    ...measured(user, -5 * minutesOfDay + 30, 61, 80),
    received_at: measured(user, lastMinute, 0, 0).received_at,
  };
  await decideAll([
    // Before and after the snapshot that the nights passed, twice, and taken back.
    ...[19, 12, 3].map((day) => night(user, day, 1, 70)),
    night(user, 12, 2, 30),
    { ...night(user, 16, 1, 0), operation: 'delete', readings: [] },
    late,
  ]);

  const { query } = worker.postgres;
  const person = (await worker.vault.find([user])).get(user);
  if (!person || person.erased) throw new Error('no such person');
  const [row] = await query<{ state: Buffer }>('select state from neuros_checkpoints where thread_id = $1', [
    person.subjectId,
  ]);
  const stored = row && unsealState(row.state, person);
  const kept = createKeptRules(query);
  const rebuilt = await rebuildState(query, kept, person);
  const decidedAgain = await rebuildState(query, kept, person, { from: 'beginning' });
  expect(rebuilt?.state).toEqual(stored);
  expect(decidedAgain?.state).toEqual(stored);
  // So pages and looking back were really needed.
  expect(rebuilt?.steps).toBeGreaterThan(1_100);
  expect(decidedAgain?.steps).toBeGreaterThan(rebuilt?.steps ?? Infinity);
  expect([rebuilt?.gaps, decidedAgain?.gaps]).toEqual([0, 0]);
});
