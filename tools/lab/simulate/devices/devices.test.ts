import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from '../life/day-number.ts';
import { createPerson } from '../life/person.ts';
import { healthyProfiles, type Profile } from '../life/profile.ts';
import { simulatePerson, type Life } from '../simulate-person.ts';
import type { SimulatedEvent } from './simulated-event.ts';
import { gapIn, type Gap } from './with-gaps.ts';

const from = '2026-03-02';
const always: Profile = { ...healthyProfiles.ringAndWatch, gapsPerWeek: 1 };
const never: Profile = { ...always, gapsPerWeek: 0 };
const live = (profile: Profile, more: Partial<Life> = {}) =>
  simulatePerson({ seed: 11, profile, from, days: 70, ...more });

describe('the data of a night', () => {
  it.each([
    ['ring', 'oura', ['sleep', 'readiness', 'spo2']],
    ['watch', 'apple', ['sleep']],
    ['diarist', 'whoop', ['sleep', 'recovery']],
  ] as const)('%s: arrive in the morning, soon after its end', (name, source, types) => {
    const events = live({ ...healthyProfiles[name], gapsPerWeek: 0 }).filter(
      (event) => event.source === source && (types as readonly string[]).includes(event.eventType),
    );
    expect(new Set(events.map(({ eventType }) => eventType))).toEqual(new Set(types));
    for (const { measuredAt, receivedAt, offsetMinutes, version } of events) {
      const hour = ((receivedAt + offsetMinutes * minuteMs) / hourMs) % 24;
      expect(hour).toBeGreaterThan(3);
      expect(hour).toBeLessThan(version === 0 ? 12 : 14);
      expect(receivedAt - measuredAt).toBeGreaterThan(4 * minuteMs);
    }
  });

  it('carry variability and pulse in the context sleep, from falling asleep to waking', () => {
    const [night] = live(never).filter(({ objectId }) => /^oura.*sleep$/.test(objectId));
    expect(night?.readings.length).toBeGreaterThan(9);
    for (const { context, start = 0, end } of night?.readings ?? []) {
      expect({ context, end }).toEqual({ context: 'sleep', end: night?.measuredAt });
      expect(((end ?? 0) - start) / hourMs).toBeGreaterThan(5);
    }
  });

  it('are at times scored again', () => {
    const recoveries = live(healthyProfiles.diarist).filter(({ eventType }) => eventType === 'recovery');
    const again = recoveries.filter(({ version }) => version === 1);
    expect(again.length).toBeGreaterThan(0);
    expect(again.length).toBeLessThan(recoveries.length / 5);
    for (const { objectId, receivedAt } of again) {
      const first = recoveries.find((event) => event.objectId === objectId && event.version === 0);
      expect(receivedAt).toBeGreaterThan(first?.receivedAt ?? Infinity);
    }
  });
});

it('each device sends what it can measure', () => {
  const sent = (events: readonly SimulatedEvent[], source: string) =>
    new Set(
      events
        .filter((event) => event.source === source)
        .flatMap((event) => event.readings.map((one) => one.metric)),
    );
  const apple = sent(live(never), 'apple');
  expect(apple).toContain('hrv_sdnn');
  expect(apple).not.toContain('hrv_rmssd');
  const whoop = sent(live(healthyProfiles.athlete), 'whoop');
  for (const metric of ['recovery_score', 'strain', 'hrv_rmssd', 'resting_heart_rate', 'respiratory_rate']) {
    expect(whoop).toContain(metric);
  }
  expect(whoop).not.toContain('readiness_score');
  expect(sent(live(healthyProfiles.diarist), 'manual')).toContain('stress_level');
});

it('a pulse sample is half a minute late at most', () => {
  const samples = live(never).filter(
    ({ source, eventType }) => source === 'apple' && eventType === 'heart_rate',
  );
  expect(Math.max(...samples.map(({ measuredAt, receivedAt }) => receivedAt - measuredAt))).toBeLessThan(
    31_000,
  );
});

describe('gaps', () => {
  const person = createPerson({ userId: 'person-11', seed: 11, profile: always });
  const firstWeek = Math.floor(Date.parse(from) / (168 * hourMs)) + 1;
  const gaps = Array.from({ length: 8 }, (_, nr) => gapIn(person, 'apple', firstWeek + nr)).filter(
    (gap): gap is Gap => gap !== undefined,
  );
  const isApple = ({ source }: SimulatedEvent) => source === 'apple';
  const measuredIn = (events: readonly SimulatedEvent[], { start, end }: Gap) =>
    events.filter(isApple).filter(({ measuredAt }) => measuredAt >= start && measuredAt < end);
  const [broken, whole] = [live(always), live(never)];

  it('come in both kinds', () => {
    expect(new Set(gaps.map(({ kind }) => kind))).toEqual(new Set(['off', 'unsynced']));
  });

  it('a device that is off has measured nothing', () => {
    for (const gap of gaps.filter(({ kind }) => kind === 'off')) {
      expect(measuredIn(broken, gap)).toEqual([]);
      expect(measuredIn(whole, gap).length).toBeGreaterThan(3);
    }
  });

  it('a device out of reach sends everything afterwards, in bulk and in order', () => {
    for (const gap of gaps.filter(({ kind }) => kind === 'unsynced')) {
      const objects = (events: readonly SimulatedEvent[]) =>
        measuredIn(events, gap).map(({ objectId, version }) => `${objectId} ${version}`);
      expect(objects(broken)).toEqual(objects(whole));
      const inGap = broken
        .filter(isApple)
        .filter(({ receivedAt }) => receivedAt >= gap.start && receivedAt < gap.end);
      expect(inGap).toEqual([]);
      const late = measuredIn(broken, gap).filter(({ receivedAt }) => receivedAt < gap.end + 15_000);
      expect(late.length).toBeGreaterThan(3);
    }
  });
});
