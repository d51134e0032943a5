import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  hour,
  minute,
  night,
  noon,
  second,
  type EventOptions,
} from '../test/policy-story.ts';
import { newLane, withValue } from './baseline-series.ts';
import { dayCount } from './day-values.ts';
import { addToSketch, emptySketch, medianOf, medianOfSketch, sketchOf } from './day-sketch.ts';
import { laneKind, laneNumber } from './lane-kinds.ts';
import { storeState } from './state-format.ts';

const pulse = laneKind(laneNumber('pulse_rest')).scale;

describe('the sketch of a day', () => {
  it('has the median of its values, exact while they are few, within 2 % of many', () => {
    expect(medianOfSketch(emptySketch, pulse)).toBeUndefined();
    expect(medianOfSketch(sketchOf([61.5], pulse), pulse)).toBe(61.5);
    expect(medianOfSketch(sketchOf([70, 60, 65, 61], pulse), pulse)).toBe(63);
    for (const count of [11, 300]) {
      const values = Array.from({ length: count }, (_, one) => 50 + ((one * 37) % 60));
      const found = medianOfSketch(sketchOf(values, pulse), pulse) ?? 0;
      expect(Math.abs(found / medianOf(values) - 1)).toBeLessThan(0.02);
    }
  });

  it('does not depend on the order of its values, and stays small', () => {
    const values = Array.from({ length: 2_000 }, (_, one) => 40 + ((one * 61) % 140));
    const sketch = sketchOf(values, pulse);
    expect(sketchOf(values.toReversed(), pulse)).toBe(sketch);
    expect(sketch.length).toBeLessThan(160);
    expect(addToSketch(sketch, 250, pulse).length).toBeLessThan(200);
  });
});

describe('a million day values', () => {
  const million = 1_000_000;

  it('of one day take no more room than its sketch', () => {
    const sketch = sketchOf(
      Array.from({ length: million }, (_, one) => 60 + (one % 5)),
      pulse,
    );
    expect(sketch.length).toBeLessThan(20);
    expect(Math.abs((medianOfSketch(sketch, pulse) ?? 0) / 62 - 1)).toBeLessThan(0.02);
  });

  it('of a million days leave those that rules look at', () => {
    const kind = laneNumber('pulse_rest');
    let lane = newLane(kind, 0, 0, 60);
    for (let one = 1; one < million; one += 1) lane = withValue(lane, one, 60);
    expect(dayCount(lane[2][1])).toBe(laneKind(kind).keep);
    expect(JSON.stringify(lane).length).toBeLessThan(150);
  });

  it('of many sources and days leave a state as large as it was', () => {
    const anna = createPerson({ now: noon - 400 * day });
    let largest = 0;
    for (let one = 0; one < 400; one += 1) {
      const from: EventOptions = { ...night, source: `s${one % 40}`, device: `d${one}` };
      anna.reports({ hrv_rmssd: 50, heart_rate: 55, respiratory_rate: 14, spo2: 96, skin_temp: 35 }, from);
      largest = Math.max(largest, JSON.stringify(storeState(anna.later(day).state)).length);
    }
    expect(largest).toBeLessThan(8_000);
  });
});

describe('a state', () => {
  it('of a person with ring and strap takes less than 2 KB', () => {
    const anna = createPerson({ now: noon - 60 * day });
    const varied = (base: number, spread: number, one: number) => base + spread * Math.sin(one * 2.4);
    for (let one = 0; one < 60; one += 1) {
      const ring: EventOptions = { ...night, device: 'ring-4711', offset: '+01:00' };
      anna.reports(
        {
          hrv_rmssd: varied(50, 5, one),
          heart_rate: varied(55, 2, one),
          respiratory_rate: varied(14, 0.5, one),
          spo2: 96,
        },
        ring,
      );
      anna.reports({ heart_rate: varied(48, 2, one) }, { ...ring, statistic: 'minimum' });
      anna.reports(
        { readiness_score: 76, skin_temp_deviation: varied(0, 0.2, one) },
        { source: 'oura', device: 'ring-4711', type: 'readiness', ago: hour },
      );
      anna.reports(
        { steps: varied(8_000, 3_000, one) },
        { source: 'oura', device: 'ring-4711', type: 'activity', over: day, ago: 12 * hour },
      );
      anna.later(minute).reports(
        {
          hrv_rmssd: varied(60, 6, one),
          resting_heart_rate: varied(52, 2, one),
          spo2: 95,
          skin_temp: varied(33.5, 0.2, one),
          respiratory_rate: 14.5,
          recovery_score: 60,
        },
        { source: 'whoop', type: 'recovery' },
      );
      anna.later(day - minute);
    }
    expect(Buffer.byteLength(storeState(anna.state)) + 29).toBeLessThan(2_048);
  });

  it('with more sources, devices and lanes than it has room for forgets those that were silent longest', () => {
    const anna = createPerson({ now: noon - 60 * day });
    const all = {
      hrv_rmssd: 60.1,
      heart_rate: 50.1,
      respiratory_rate: 14.1,
      spo2: 96.1,
      resting_heart_rate: 50.1,
      skin_temp: 33.1,
      skin_temp_deviation: 0.1,
      recovery_score: 60.1,
    };
    for (let one = 0; one < 60; one += 1) {
      for (let nr = 0; nr < 12; nr += 1) {
        const device = nr === 0 ? 'a name that is longer than a state cares to keep' : `device ${nr}`;
        const source = `source-${(one + nr) % 12}`.padEnd(40, 'x');
        anna.reports(all, { ...night, source, device }).later(second);
        anna.reports(
          { heart_rate: 60 + nr, spo2: 96, respiratory_rate: 14 },
          { context: 'rest', source, device },
        );
        anna.reports({ steps: 100 + nr }, { source, over: 10 * minute, statistic: 'sum' });
      }
      anna.later(day);
    }
    expect(anna.state.sources.length).toBeLessThanOrEqual(8);
    expect(anna.state.devices.length).toBeLessThanOrEqual(8);
    expect(anna.state.newest.length).toBeLessThanOrEqual(36);
    expect(Buffer.byteLength(storeState(anna.state))).toBeLessThan(6 * 1_024 - 29);
  });

  it('with many devices at once keeps the last ones', () => {
    const anna = createPerson();
    for (let nr = 0; nr < 20; nr += 1)
      anna.reports({ heart_rate: 60, spo2: 97 }, { source: `s${nr}`, device: `d${nr}` }).later(second);
    expect(anna.state.windows.length).toBeLessThanOrEqual(15);
    const ben = createPerson();
    for (let nr = 0; nr < 20; nr += 1)
      ben.reports({ heart_rate: 120 }, { source: 's', device: `d${nr}` }).later(second);
    expect(ben.state.devices.length).toBe(8);
  });

  it('at its fullest, with every rule active, takes less than 6 KB', () => {
    const anna = createPerson().lived(
      54,
      (one) => ({
        hrv_rmssd: 60 + (one % 7),
        heart_rate: 55,
        respiratory_rate: 14,
        spo2: 97,
        skin_temp: 33 + (one % 3) / 10,
      }),
      night,
    );
    for (const source of ['apple', 'garmin', 'polar']) {
      anna.reports({ hrv_rmssd: 20, heart_rate: 140, respiratory_rate: 28, spo2: 85 }, { ...night, source });
      anna.repeats(
        12,
        30 * second,
        { heart_rate: 150, spo2: 84, respiratory_rate: 30 },
        { context: 'rest', source, device: 'x' },
      );
      anna.reports(
        { body_temperature: 41, stress_level: 0.95, hrv_rmssd: 15, readiness_score: 30, recovery_score: 10 },
        { source },
      );
    }
    expect(anna.state.units.length).toBeGreaterThan(8);
    expect(Buffer.byteLength(storeState(anna.state))).toBeLessThan(6 * 1_024 - 29);
  });
});
