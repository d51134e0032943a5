import { biometricEventSchema, parseTimestamp, type BiometricEvent } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from './clock.ts';
import { planDay } from './day-plan.ts';
import { deviceClasses, type DeviceClass } from './device-classes.ts';
import { acuteArrival } from './devices/acute.ts';
import type { AcuteEpisode } from './episodes.ts';
import type { Motion } from './event-draft.ts';
import { personEvents } from './person-events.ts';
import { createPerson, type PersonOptions } from './person.ts';

const eventsOf = (seed: number, deviceClass: DeviceClass, days: number, options: PersonOptions = {}) => [
  ...personEvents(createPerson(seed, deviceClass, options), days),
];
const epoch = (text: string) => parseTimestamp(text)?.epochMs ?? Number.NaN;
const received = ({ received_at }: BiometricEvent) => epoch(received_at);

describe.each(deviceClasses)('the events of a %s', (deviceClass) => {
  const days = deviceClass.startsWith('watch') ? 4 : 20;
  const events = eventsOf(5, deviceClass, days);

  it('are the same for the same seed, and others for another', () => {
    const textOf = (seed: number) => JSON.stringify(eventsOf(seed, deviceClass, days));
    expect(textOf(5)).toBe(JSON.stringify(events));
    expect(textOf(6)).not.toBe(JSON.stringify(events));
  });

  it('are events as the contracts have them, each with an id of its own', () => {
    expect(events.filter((event) => !biometricEventSchema.safeParse(event).success)).toEqual([]);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
  });

  it('come in order of arrival, after they were measured', () => {
    const arrivals = events.map(received);
    expect(arrivals).toEqual(arrivals.toSorted((one, other) => one - other));
    expect(events.filter((event) => epoch(event.timestamp) > received(event))).toEqual([]);
  });

  it('say where the person is', () => {
    expect(events.filter(({ timestamp }) => !/[+-]\d\d:\d\d$/.test(timestamp))).toEqual([]);
  });

  it('have one version of an object after the other', () => {
    const versions = new Map<string, number[]>();
    for (const { source, provenance, version } of events) {
      const key = `${source}/${provenance.object_id ?? ''}`;
      versions.set(key, [...(versions.get(key) ?? []), version]);
    }
    const isCounted = (numbers: readonly number[]) => numbers.every((version, nr) => version === nr);
    expect([...versions.values()].filter((numbers) => !isCounted(numbers))).toEqual([]);
  });
});

it('brings 60 % of nights within 20 min of waking, 28 % within 4 h, 12 % up to 30 h later', () => {
  const delays = Array.from({ length: 30 }, (_, nr) => eventsOf(nr + 1, 'strap', 60))
    .flat()
    .filter(({ event_type }) => event_type === 'sleep')
    .map((event) => received(event) - epoch(event.timestamp));
  const within = (ms: number) => delays.filter((delay) => delay <= ms).length / delays.length;
  expect(within(20 * minuteMs)).toBeCloseTo(0.6, 1);
  expect(within(4 * hourMs)).toBeCloseTo(0.88, 1);
  expect(1 - within(4 * hourMs)).toBeGreaterThan(0.09);
  expect(Math.max(...delays)).toBeLessThanOrEqual(30 * hourMs);
});

it('brings totals of steps in the afternoon, in the evening and, final, the next morning', () => {
  const totals = eventsOf(9, 'ring', 40, { wearsAlways: true }).filter(
    ({ event_type }) => event_type === 'daily_activity',
  );
  const steps = new Map<string, number[]>();
  for (const { provenance, readings } of totals) {
    const key = provenance.object_id ?? '';
    steps.set(key, [...(steps.get(key) ?? []), readings[0]?.value ?? 0]);
  }
  const whole = [...steps.values()].filter(({ length }) => length === 3);
  expect(whole.length).toBeGreaterThan(30);
  for (const [afternoon = 0, evening = 0, final = 0] of whole) {
    expect(afternoon).toBeLessThan(evening);
    expect(evening).toBeLessThan(final);
  }
});

describe('a watch', () => {
  const motionOf = ({ readings: [reading] }: BiometricEvent) =>
    (reading as { readonly motion?: Motion } | undefined)?.motion;
  const live = (deviceClass: DeviceClass) =>
    Array.from({ length: 12 }, (_, nr) => eventsOf(nr + 1, deviceClass, 20)).flat();
  const known = live('watch');
  const pulses = known.filter(
    ({ readings: [reading] }) => reading?.metric === 'heart_rate' && !reading.statistic,
  );

  it('knows the motion of four in five readings, or of none', () => {
    expect(pulses.filter((event) => motionOf(event)).length / pulses.length).toBeCloseTo(0.8, 1);
    expect(eventsOf(1, 'watch_unknown', 5).filter((event) => motionOf(event))).toEqual([]);
  });

  it('sees stairs and workouts as motion, and a pulse at rest far below', () => {
    const values = (motion: Motion) =>
      pulses
        .filter((event) => motionOf(event) === motion)
        .map(({ readings: [reading] }) => reading?.value ?? 0);
    const [resting, active] = [values('sedentary'), values('active')];
    expect(active.length / (active.length + resting.length)).toBeLessThan(0.25);
    expect(resting.filter((value) => value > 100).length / resting.length).toBeLessThan(0.02);
    expect(active.some((value) => value > 140)).toBe(true);
  });

  it('has an artefact of SpO2 in one of 500 samples, down to 80', () => {
    const samples = known.flatMap(({ readings: [reading] }) =>
      reading?.metric === 'spo2' ? [reading.value] : [],
    );
    const low = samples.filter((value) => value < 91);
    expect(low.length / samples.length).toBeGreaterThan(1 / 1200);
    expect(low.length / samples.length).toBeLessThan(1 / 250);
    expect(Math.min(...low)).toBeGreaterThanOrEqual(80);
  });

  it('passes its samples on within half a minute', () => {
    const delays = pulses.map((event) => received(event) - epoch(event.timestamp));
    expect(Math.max(...delays)).toBeLessThanOrEqual(30_000);
  });
});

describe('an acute episode', () => {
  const episode: AcuteEpisode = {
    kind: 'acute',
    day: 5,
    metric: 'heart_rate',
    value: 150,
    everyMs: 5 * minuteMs,
    readings: 3,
    otherClockAheadMs: 0,
  };
  const plan = planDay(createPerson(4, 'watch', { episode }), 5);
  const isHigh = ({ readings: [reading] }: BiometricEvent) => (reading?.value ?? 0) > 140;
  const around = (options: PersonOptions) =>
    eventsOf(4, 'watch', 6, options).filter(({ event_type, received_at }) => {
      const at = epoch(received_at);
      return (
        event_type === 'heart_rate' &&
        at > plan.midnightMs + 14.5 * hourMs &&
        at < plan.midnightMs + 15.2 * hourMs
      );
    });

  it('is what the watch measures then, and nothing else', () => {
    const events = around({ episode, wearsAlways: true });
    expect(events.filter(isHigh).map(received)).toEqual(
      [1, 2, 3].map((nr) => acuteArrival(plan, episode, nr)),
    );
    const since = events.filter((event) => received(event) >= acuteArrival(plan, episode, 1));
    expect(since.every(isHigh)).toBe(true);
  });

  it('can follow a pulse of another device whose clock is ahead', () => {
    const events = around({ episode: { ...episode, otherClockAheadMs: 4 * minuteMs }, wearsAlways: true });
    const ahead = events.filter((event) => epoch(event.timestamp) > received(event));
    expect(ahead).toHaveLength(1);
    expect(new Set(events.map(({ device_id }) => device_id)).size).toBe(2);
  });
});
