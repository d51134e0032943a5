import { describe, expect, it } from 'vitest';
import type { SimulatedEvent } from '../../simulate/devices/simulated-event.ts';
import { healthyProfiles } from '../../simulate/life/profile.ts';
import { simulatePerson } from '../../simulate/simulate-person.ts';
import { ouraCollections } from '../oura/collections.ts';
import type { Document } from '../document-store.ts';
import { whoopCollections } from '../whoop/collections.ts';
import { healthExport } from './health-export.ts';
import { ouraDocuments, type CollectedDocument } from './oura.ts';
import { createWhoopDocuments } from './whoop.ts';

const lives = Object.entries(healthyProfiles).map(([userId, profile], seed) =>
  simulatePerson({ seed, userId, profile, from: '2026-03-02', days: 14 }),
);
const of = (source: string) => lives.map((life) => life.filter((event) => event.source === source));
const oura = () => of('oura').flatMap((life) => life.flatMap(ouraDocuments));
const whoop = () => of('whoop').flatMap((life, nr) => life.flatMap(createWhoopDocuments(1000 + nr)));
const inCollection = (documents: readonly CollectedDocument[], name: string) =>
  documents.filter(({ collection }) => collection === name).map(({ document }) => document);

it('every event of a ring, a strap or a watch becomes something that its vendor would say', () => {
  for (const event of of('oura').flat()) expect(ouraDocuments(event)).not.toEqual([]);
  for (const event of of('apple').flat()) expect(healthExport([event])).toBeDefined();
  for (const life of of('whoop')) {
    const documentsOf = createWhoopDocuments(1);
    for (const event of life) expect(documentsOf(event)).not.toEqual([]);
  }
});

// What vendor's specifications mark as required.
const required: Readonly<Record<string, readonly string[]>> = {
  sleep: ['id', 'day', 'bedtime_start', 'bedtime_end', 'period', 'time_in_bed', 'low_battery_alert'],
  daily_readiness: ['id', 'day', 'timestamp', 'contributors'],
  daily_sleep: ['id', 'day', 'timestamp', 'contributors'],
  daily_spo2: ['id', 'day'],
  workout: ['id', 'activity', 'start_datetime', 'end_datetime', 'day', 'intensity', 'source'],
  heartrate: ['timestamp', 'timestamp_unix', 'bpm', 'source'],
};
const whoopHead = ['user_id', 'created_at', 'updated_at', 'score_state'];
const requiredOfWhoop: Readonly<Record<string, readonly string[]>> = {
  recovery: [...whoopHead, 'cycle_id', 'sleep_id'],
  cycle: [...whoopHead, 'id', 'start', 'timezone_offset'],
  sleep: [...whoopHead, 'id', 'cycle_id', 'start', 'end', 'timezone_offset', 'nap'],
  workout: [...whoopHead, 'id', 'start', 'end', 'timezone_offset', 'sport_name'],
};

describe.each([
  ['oura', oura, required, Object.keys(ouraCollections)],
  ['whoop', whoop, requiredOfWhoop, Object.keys(whoopCollections)],
] as const)('%s', (_, documentsOf, fields, collections) => {
  it('documents have what is required of them, and a collection', () => {
    const documents = documentsOf();
    expect(new Set(documents.map(({ collection }) => collection))).toEqual(new Set(Object.keys(fields)));
    for (const { collection, document } of documents) {
      expect(collections).toContain(collection);
      for (const name of fields[collection] ?? [])
        expect([name, document[name] ?? null]).not.toEqual([name, null]);
    }
  });
  it('the same life gives the same documents', () => {
    expect(documentsOf()).toEqual(documentsOf());
  });
});

it('ids tell objects of all people apart', () => {
  const ids = oura().flatMap(({ collection, document }) => (collection === 'heartrate' ? [] : [document.id]));
  expect(new Set(ids).size).toBe(ids.length);
});

it('an Oura night is whole: stages fill the time in bed, samples the night', () => {
  let gaps = 0;
  for (const night of inCollection(oura(), 'sleep') as Record<string, number>[]) {
    const {
      deep_sleep_duration: deep = 0,
      light_sleep_duration: light = 0,
      rem_sleep_duration: rem = 0,
    } = night;
    expect(deep + light + rem).toBe(night.total_sleep_duration);
    expect((night.total_sleep_duration ?? 0) + (night.awake_time ?? 0)).toBe(night.time_in_bed);
    const { items } = night.hrv as unknown as { items: (number | null)[] };
    expect(items.length).toBe(Math.floor((night.time_in_bed ?? 0) / 300));
    gaps += items.filter((item) => item === null).length;
  }
  expect(gaps).toBeGreaterThan(0);
});

it('the recovery of a night names its sleep and its cycle', () => {
  const documents = whoop();
  const sleeps = new Map(inCollection(documents, 'sleep').map((sleep) => [sleep.id, sleep.cycle_id]));
  const cycles = new Set(inCollection(documents, 'cycle').map(({ id }) => id));
  for (const { sleep_id, cycle_id } of inCollection(documents, 'recovery')) {
    expect(sleeps.get(sleep_id)).toBe(cycle_id);
    expect(cycles).toContain(cycle_id);
  }
});

it('a cycle runs without an end until its strain is known', () => {
  const states = inCollection(whoop(), 'cycle').map(
    ({ end, score_state }: Document) => `${typeof end} ${String(score_state)}`,
  );
  expect(new Set(states)).toEqual(new Set(['undefined PENDING_SCORE', 'string SCORED']));
});

it('a recovery that is scored again keeps what it does not change', () => {
  const documentsOf = createWhoopDocuments(1);
  const night = of('whoop')
    .flat()
    .find(({ eventType }) => eventType === 'recovery');
  if (!night) throw new Error('no recovery');
  const low: SimulatedEvent = {
    ...night,
    objectId: 'other',
    readings: [{ metric: 'recovery_score', value: 20 }],
  };
  expect(documentsOf(low)).toEqual([]);
  const [first] = documentsOf(night);
  const [again] = documentsOf(low);
  expect(again?.document).toMatchObject({
    sleep_id: first?.document.sleep_id,
    score: { ...(first?.document.score as object), recovery_score: 20 },
  });
});

it('the app writes fractions under "%" and its own dates', () => {
  const night = of('apple')
    .flat()
    .find(({ eventType }) => eventType === 'sleep');
  if (!night) throw new Error('no night');
  const metrics = healthExport([{ ...night, offsetMinutes: -210 }])?.data.metrics ?? [];
  const [saturation] = metrics.find(({ name }) => name === 'blood_oxygen_saturation')?.data ?? [];
  expect(saturation?.qty).toBeLessThan(1);
  expect(saturation?.date).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d -0330$/);
  expect(healthExport([{ ...night, readings: [{ metric: 'stress_level', value: 0.8 }] }])).toBeUndefined();
});
