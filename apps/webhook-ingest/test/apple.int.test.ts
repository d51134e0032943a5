import { createTestDatabase, randomName, type TestDatabase } from '@bridge/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAppleRoutes } from './apple-service.ts';
import { followEvents } from './follow-events.ts';
import { createKeys } from './ingest-process.ts';

const keys = createKeys();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** Minutes of the hour before the last, as the app writes times. */
function healthDate(minute: number): string {
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 2 * 3_600_000;
  const time = new Date(hour + minute * 60_000).toISOString();
  return `${time.slice(0, 10)} ${time.slice(11, 19)} +0000`;
}

const metric = (name: string, units: string, data: readonly object[]) => ({ name, units, data });
const exported = (...metrics: readonly object[]) => ({ data: { metrics } });
const pulse = (points: readonly (readonly [minute: number, value: number])[]) =>
  exported(
    metric(
      'heart_rate',
      'count/min',
      points.map(([minute, qty]) => ({ qty, date: healthDate(minute), source: 'Ada’s Watch' })),
    ),
  );
const none = { new: 0, duplicates: 0, corrected: 0, quarantined: 0, dropped: 0, unknown: {} };

it('stores what overlaps once, and a changed value as exactly one correction', async () => {
  const ada = randomName('ada');
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada]);
  const { post } = await startAppleRoutes(database, keys);
  const path = `/webhooks/apple?user_id=${ada}`;
  expect(
    await post(
      path,
      pulse([
        [1, 60],
        [2, 61],
        [3, 62],
      ]),
    ),
  ).toEqual({
    status: 200,
    body: { points: 3, ...none, new: 3 },
  });
  expect(
    await post(
      path,
      pulse([
        [2, 61],
        [3, 70],
        [4, 63],
      ]),
    ),
  ).toEqual({
    status: 200,
    body: { points: 3, ...none, new: 1, duplicates: 1, corrected: 1 },
  });
  const events = (await first(3)).map(({ event }) => event);
  expect(events.map(({ version, readings }) => [version, readings.map(({ value }) => value)])).toEqual([
    [1, [60, 61, 62]],
    [2, [60, 61, 70]],
    [1, [63]],
  ]);
  expect(events[1]?.provenance.object_id).toBe(events[0]?.provenance.object_id);
  expect(events[0]?.device_id).toMatch(/^[0-9a-f]{16}$/);
});
