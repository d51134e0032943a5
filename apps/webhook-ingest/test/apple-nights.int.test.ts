import type { BiometricEvent } from '@bridge/contracts';
import { createTestDatabase, randomName, type TestDatabase } from '@bridge/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unsealDocument } from '../src/documents/rows/document-rows.ts';
import { startAppleRoutes } from './apple-service.ts';
import { followEvents } from './follow-events.ts';
import { createKeys } from './ingest-process.ts';

const keys = createKeys();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const evening = (time: string) => `${day(3)} ${time}:00 +0000`;
const morning = (time: string) => `${day(2)} ${time}:00 +0000`;

const stage = (startDate: string, endDate: string, value: string) => ({
  ...{ startDate, endDate, value, source: 'Watch' },
});
/** Of a stage that lies across midnight both windows tell all. */
const untilMidnight = [
  stage(evening('22:50'), evening('23:40'), 'Core'),
  stage(evening('23:40'), morning('00:20'), 'Deep'),
];
const sinceMidnight = [
  stage(evening('23:40'), morning('00:20'), 'Deep'),
  stage(morning('00:20'), morning('06:30'), 'Core'),
];

/** One person's deliveries of nights, and the events that they become. */
async function openNights() {
  const ada = randomName('ada');
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada]);
  const routes = await startAppleRoutes(database, keys);
  async function deliver(...data: readonly object[]) {
    const body = { data: { metrics: [{ name: 'sleep_analysis', units: 'hr', data }] } };
    const {
      new: made,
      corrected,
      duplicates,
    } = (await routes.post(`/webhooks/apple?user_id=${ada}`, body)).body;
    return { new: made, corrected, duplicates };
  }
  const eventsOf = async (count: number) => (await first(count)).map(({ event }) => event);
  return { ...routes, ada, deliver, eventsOf };
}

const isNew = { new: 1, corrected: 0, duplicates: 0 };
const isCorrection = { new: 0, corrected: 1, duplicates: 0 };
const isKnown = { new: 0, corrected: 0, duplicates: 1 };

/** Version, end, and minutes of each metric. */
function told({ version, timestamp, readings }: BiometricEvent) {
  const minutes = Object.fromEntries(readings.map(({ metric, value }) => [metric, value / 60]));
  return [version, timestamp, minutes];
}
const whole = { sleep_duration: 460, sleep_deep: 40, sleep_light: 420 };

describe('stages', () => {
  it('of an evening and the morning after become one night', async () => {
    const { deliver, eventsOf, query, vault, ada } = await openNights();
    expect(await deliver(...untilMidnight)).toEqual(isNew);
    expect(await deliver(...sinceMidnight)).toEqual(isCorrection);
    expect(await deliver(...sinceMidnight)).toEqual(isKnown);
    expect(await deliver(...untilMidnight)).toEqual(isKnown);
    expect(await deliver(...untilMidnight, ...sinceMidnight)).toEqual(isKnown);
    const events = await eventsOf(2);
    expect(events.map(told)).toEqual([
      [0, `${day(2)}T00:20:00+00:00`, { sleep_duration: 90, sleep_deep: 40, sleep_light: 50 }],
      [1, `${day(2)}T06:30:00+00:00`, whole],
    ]);
    expect(events[1]?.readings[0]).toMatchObject({
      start: `${day(3)}T22:50:00+00:00`,
      end: `${day(2)}T06:30:00+00:00`,
    });
    expect(new Set(events.map(({ provenance }) => provenance.object_id)).size).toBe(1);

    const person = (await vault.subjectsFor([ada])).get(ada);
    const [row] = await query<{ hash: Buffer; sealed: Buffer }>(
      'select content_hash "hash", sealed from ingest.documents where event_id = $1',
      [Buffer.from(events[1]?.event_id ?? '', 'hex')],
    );
    if (person === undefined || person.erased || row === undefined) throw new Error('expected a document');
    const made = JSON.parse(unsealDocument(person, row.hash, row.sealed).toString()) as { value: string }[];
    expect(made.map(({ value }) => value)).toEqual(['Core', 'Deep', 'Core']);
  });

  it('become the same night when the morning came first', async () => {
    const { deliver, eventsOf } = await openNights();
    expect(await deliver(...sinceMidnight)).toEqual(isNew);
    expect(await deliver(...untilMidnight)).toEqual(isCorrection);
    expect((await eventsOf(2)).map(told)).toEqual([
      [0, `${day(2)}T06:30:00+00:00`, { sleep_duration: 410, sleep_deep: 40, sleep_light: 370 }],
      [1, `${day(2)}T06:30:00+00:00`, whole],
    ]);
  });

  it('of "Today" alone grow with each delivery, and Apple may change what is within', async () => {
    const { deliver, eventsOf } = await openNights();
    expect(await deliver(stage(morning('00:00'), morning('04:00'), 'Core'))).toEqual(isNew);
    const later = stage(morning('04:00'), morning('06:00'), 'Core');
    expect(await deliver(stage(morning('00:00'), morning('04:00'), 'Core'), later)).toEqual(isCorrection);
    expect(await deliver(stage(morning('01:00'), morning('02:00'), 'REM'))).toEqual(isCorrection);
    expect((await eventsOf(3)).map(told)).toEqual([
      [0, `${day(2)}T04:00:00+00:00`, { sleep_duration: 240, sleep_light: 240 }],
      [1, `${day(2)}T06:00:00+00:00`, { sleep_duration: 360, sleep_light: 360 }],
      [2, `${day(2)}T06:00:00+00:00`, { sleep_duration: 360, sleep_light: 300, sleep_rem: 60 }],
    ]);
  });
});

describe('sums', () => {
  const sum = (sleepStart: string, sleepEnd: string, asleep: number) => ({
    ...{ sleepStart, sleepEnd, asleep, source: 'Watch' },
  });

  it('that touch at midnight add up, and the whole replaces them', async () => {
    const { deliver, eventsOf } = await openNights();
    expect(await deliver(sum(evening('22:00'), morning('00:00'), 1.5))).toEqual(isNew);
    expect(await deliver(sum(morning('00:00'), morning('06:00'), 5.5))).toEqual(isCorrection);
    expect(await deliver(sum(evening('22:00'), morning('06:00'), 7))).toEqual(isKnown);
    expect(await deliver(sum(evening('22:00'), morning('06:00'), 6.5))).toEqual(isCorrection);
    expect(await deliver(sum(morning('00:00'), morning('06:00'), 5.5))).toEqual(isKnown);
    expect((await eventsOf(3)).map(told)).toEqual([
      [0, `${day(2)}T00:00:00+00:00`, { sleep_duration: 90 }],
      [1, `${day(2)}T06:00:00+00:00`, { sleep_duration: 420 }],
      [2, `${day(2)}T06:00:00+00:00`, { sleep_duration: 390 }],
    ]);
  });

  it('without their times are of the day that the app names, until a part with times comes', async () => {
    const { deliver, eventsOf } = await openNights();
    const untimed = { date: `${day(2)} 00:00:00 +0000`, asleep: 7, inBed: 8, sleepSource: 'Watch' };
    expect(await deliver(untimed)).toEqual(isNew);
    expect(await deliver(...untilMidnight)).toEqual(isCorrection);
    expect(await deliver(untimed)).toEqual(isKnown);
    const [first, second] = await eventsOf(2);
    expect(first).toMatchObject({
      timestamp: `${day(2)}T12:00:00+00:00`,
      provenance: { flags: ['time_assumed'] },
    });
    expect(first?.readings.map(({ metric, value, start }) => [metric, value, start])).toEqual([
      ['sleep_duration', 25_200, undefined],
      ['time_in_bed', 28_800, undefined],
      ['sleep_efficiency', 87.5, undefined],
    ]);
    expect(second).toMatchObject({ version: 1, provenance: { object_id: first?.provenance.object_id } });
  });
});

it('ignores less than was seen where nothing is left to put it together with, and takes as much', async () => {
  const { deliver, eventsOf, query } = await openNights();
  const forget = () => query('delete from ingest.documents where event_id is not null');
  expect(await deliver(...untilMidnight, ...sinceMidnight)).toEqual(isNew);
  await forget();
  expect(await deliver(...untilMidnight)).toEqual(isKnown);
  expect(await deliver(untilMidnight[0] ?? {}, stage(morning('00:30'), morning('05:00'), 'REM'))).toEqual(
    isCorrection,
  );
  expect((await eventsOf(2)).map(told)[1]).toEqual([
    1,
    `${day(2)}T05:00:00+00:00`,
    { sleep_duration: 320, sleep_light: 50, sleep_rem: 270 },
  ]);
});
