import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  hour,
  minute,
  night,
  noon,
  rules,
  type EventOptions,
} from '../test/policy-story.ts';
import { decide } from './decide.ts';
import { laneNumber, type LaneName } from './lane-kinds.ts';
import { findLane, valueOn } from './baseline-series.ts';
import { signalsOf } from './signals.ts';

const today = 20_777;
const lane = (anna: ReturnType<typeof createPerson>, name: LaneName, ago: number) => {
  const found = findLane(anna.state.lanes, laneNumber(name), 0);
  return found === undefined ? undefined : valueOn(found, today - ago);
};
const object = (version: number, others: EventOptions = {}): EventOptions => ({
  ...others,
  object: 'o',
  version,
});

describe('a correction', () => {
  it('re-reads the days that it and its earlier version contribute to', () => {
    const anna = createPerson()
      .reports({ skin_temp: 33 }, object(0, { ago: 3 * day }))
      .reports({ skin_temp: 34 }, { ago: 3 * day });
    expect(lane(anna, 'skin_temp', 3)).toBe(33.5);
    anna.reports({ skin_temp: 35 }, object(1, { ago: 2 * day }));
    expect([3, 2].map((ago) => lane(anna, 'skin_temp', ago))).toEqual([34, 35]);
    anna.reports({}, object(2, { operation: 'delete', ago: 2 * day }));
    expect(lane(anna, 'skin_temp', 2)).toBeNaN();
  });

  it('of a pulse at rest counts its day again from readings that state it', () => {
    const rest: EventOptions = { context: 'rest' };
    const anna = createPerson()
      .reports({ heart_rate: 140 }, object(0, rest))
      .reports({ heart_rate: 60 }, rest);
    anna.reports({ heart_rate: 64 }, { motion: 'sedentary' }).reports({ heart_rate: 90 }).later(minute);
    anna.reports({ heart_rate: 68 }, object(1, { ...rest, ago: minute }));
    expect(lane(anna, 'pulse_rest', 0)).toBe(64);
    anna
      .reports({ heart_rate: 70 }, { ...rest, ago: 2 * day })
      .reports({ heart_rate: 200 }, { ...rest, ago: 2 * day });
    expect(lane(anna, 'pulse_rest', 2)).toBe(70);
  });

  it('brings the signal before it to light again', () => {
    const anna = createPerson()
      .reports({ body_temperature: 37 }, { ago: 30 * minute })
      .reports({ body_temperature: 36 }, object(0));
    anna.reports({ stress_level: 0.4 }).reports({}, object(1, { operation: 'delete' }));
    expect(anna.state.newest.map(([, , at, value]) => [at, value])).toEqual([
      [noon, 0.4],
      [noon - 30 * minute, 37],
    ]);
  });

  it('of an older signal is history only', () => {
    const anna = createPerson()
      .reports({ stress_level: 0.3 }, object(0, { ago: 2 * minute }))
      .reports({ stress_level: 0.2 });
    anna.reports({ stress_level: 0.95 }, object(1, { ago: 2 * minute }));
    expect(anna.mode).toBe('pattern');
  });

  it('of a live reading replaces it in its window', () => {
    const rest: EventOptions = { context: 'rest', device: 'w' };
    const anna = createPerson().reports({ heart_rate: 120 }, object(0, rest)).later(minute);
    anna.reports({ heart_rate: 70 }, object(1, { ...rest, ago: minute })).reports({ heart_rate: 120 }, rest);
    expect(anna.open).toEqual([]);
    const ben = createPerson()
      .reports({ heart_rate: 70 }, rest)
      .later(minute)
      .reports({ heart_rate: 120 }, object(0, rest));
    ben.reports({}, object(1, { ...rest, operation: 'delete' }));
    expect(ben.state.windows[0]?.[2]).toHaveLength(3);
  });

  it('needs the events of its day', () => {
    const anna = createPerson().lived(3, { skin_temp: 33 });
    const event = eventOf(anna.now, { skin_temp: 35 }, { ago: 2 * day });
    const late = () => decide(anna.state, { kind: 'event', event, signals: signalsOf(event, rules) }, rules);
    expect(late).toThrow('needs the events of its day');
  });
});

describe('a late reading', () => {
  it('re-reads its day; one that is too old or too far from its event enters none', () => {
    const anna = createPerson().lived(60, { skin_temp: 33 }).reports({ skin_temp: 33 });
    anna.reports({ skin_temp: 35 }, { ago: 5 * day });
    expect(lane(anna, 'skin_temp', 5)).toBe(34);
    anna.reports({ skin_temp: 39 }, { ago: 59 * day }).reports({ skin_temp: 39 }, { ago: 401 * day });
    const far = {
      metric: 'skin_temp',
      value: 39,
      unit: 'Cel',
      end: new Date(noon - 40 * hour).toISOString(),
    };
    anna.reports({}, { readings: [far] });
    expect(lane(anna, 'skin_temp', 1)).toBe(33);
  });

  it('of readings less than 5 s apart the first counts', () => {
    const rest: EventOptions = { context: 'rest', device: 'w' };
    const anna = createPerson();
    for (const heart_rate of [60, 61, 62, 63]) anna.reports({ heart_rate }, rest).later(2_000);
    expect(anna.state.windows[0]?.[2].filter((_, index) => index % 3 === 1)).toEqual([60, 63]);
    anna.reports({ heart_rate: 64 }, { ...rest, ago: 2 * hour });
    expect(anna.state.windows[0]?.[2]).toHaveLength(6);
  });

  it('an event without a time that exists is no signal', () => {
    const event = { ...eventOf(noon, { heart_rate: 60 }), timestamp: 'never' };
    expect(signalsOf(event, rules).all).toEqual([]);
    const bad = eventOf(
      noon,
      {},
      { readings: [{ metric: 'heart_rate', value: 60, unit: '/min', end: 'never' }] },
    );
    expect(signalsOf(bad, rules).all).toEqual([]);
  });
});

describe('insights', () => {
  it('say how far a baseline is, when it is ready, and what changes slowly', () => {
    const anna = createPerson().lived(5, { hrv_rmssd: 50 }, night);
    expect(anna.insights.filter((one) => one === 'device_learning')).toHaveLength(5);
    anna.fromNow().reports({ hrv_rmssd: 50 }, night);
    expect(anna.insights).toEqual(['baseline_ready']);
    const falling = createPerson().lived(28, (one) => ({ hrv_rmssd: 60 - one * 0.8 + (one % 3) }), night);
    expect(falling.insights).toEqual(expect.arrayContaining(['band_exit', 'trend']));
    falling.repeats(6, day, { hrv_rmssd: 60 }, night);
    expect(falling.insights).toEqual(expect.arrayContaining(['band_return']));
    const rising = createPerson().lived(28, (one) => ({ hrv_rmssd: 30 + one * 1.5 }), night);
    expect(rising.decisions.flatMap(({ insights }) => insights.map(({ data }) => data))).toContainEqual({
      direction: 'rising',
    });
    const wild = createPerson().lived(14, (one) => ({ hrv_rmssd: one % 2 === 0 ? 90 : 12 }), night);
    expect(wild.insights).toContain('weekly_cv');
  });

  it('tell what recurs: at the same hours, on the same weekday', () => {
    const anna = createPerson();
    for (let one = 0; one < 4; one += 1) anna.reports({ stress_level: 0.9 }).later(7 * day);
    expect(anna.insights).toEqual(expect.arrayContaining(['recurring_time', 'recurring_weekday']));
  });

  it('have stable ids, and words', () => {
    const anna = createPerson().lived(1, { hrv_rmssd: 50 }, night);
    const event = eventOf(anna.now, { hrv_rmssd: 50 }, { ...night, object: 'n' });
    const ids = [0, 1].map(
      () => createPerson({ state: anna.state, now: anna.now }).receives(event).last.insights[0]?.insight_id,
    );
    expect(ids[0]).toBe(ids[1]);
  });
});
