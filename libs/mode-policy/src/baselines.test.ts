import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  givenRules,
  hour,
  localTime,
  minute,
  noon,
  rules,
} from '../test/policy-story.ts';
import { baselineBefore } from './baseline.ts';
import { decide } from './decide.ts';
import { EventsMissing } from './history.ts';
import { findSeries, seriesMeaning, seriesOf, newestDay, valueOn } from './baseline-series.ts';
import { localDay } from './local-day.ts';
import type { PersonState } from './person-state.ts';
import { signalsOf, type SeenStatistic } from './signals.ts';

const asleep = { context: 'sleep', statistic: 'average' } as const;
const today = localDay(noon, 0);

function seriesIn(
  state: PersonState,
  context: 'sleep' | 'rest' | 'unknown' = 'unknown',
  statistic: SeenStatistic = 'sample',
) {
  return findSeries(state.lanes, seriesOf({ metric: 'hrv_rmssd', context, statistic }) ?? -1);
}
const baselineOf = (...of: Parameters<typeof seriesIn>) => baselineBefore(seriesIn(...of), today, rules);

describe('a baseline', () => {
  it('needs at least 5 days with a value', () => {
    expect(baselineOf(createPerson().lived(4, { hrv_rmssd: 60 }).state)).toBeUndefined();
    expect(baselineOf(createPerson().lived(5, { hrv_rmssd: 60 }).state)).toEqual({
      centre: 60,
      spread: 0,
      days: 5,
    });
    expect(createPerson().lived(4, { hrv_rmssd: 100 }).reports({ hrv_rmssd: 10 }).mode).toBe('pattern');
    expect(createPerson().lived(5, { hrv_rmssd: 100 }).reports({ hrv_rmssd: 10 }).mode).toBe('reflex');
  });

  it('is the median and the raw median absolute deviation', () => {
    const values = [50, 54, 52, 90, 51, 53];
    const { state } = createPerson().lived(6, (one) => ({ hrv_rmssd: values[one] ?? 0 }));
    expect(baselineOf(state)).toEqual({ centre: 52.5, spread: 1.5, days: 6 });
  });

  it('looks back 28 days before the day that is judged, which never counts', () => {
    const { state } = createPerson()
      .lived(40, (one) => ({ hrv_rmssd: one < 12 ? 100 : 50 }))
      .reports({ hrv_rmssd: 10 });
    expect(baselineOf(state)).toEqual({ centre: 50, spread: 0, days: 28 });
    expect(baselineBefore(seriesIn(state), today - 1, rules)).toMatchObject({ days: 28 });
    expect(baselineBefore(seriesIn(state), today + 9, rules)).toMatchObject({ days: 20 });
  });

  it('ignores days without a value', () => {
    const anna = createPerson()
      .lived(5, { hrv_rmssd: 60 })
      .later(7 * day)
      .reports({ hrv_rmssd: 60 });
    expect(baselineBefore(seriesIn(anna.state), today + 7, rules)).toMatchObject({ days: 5 });
    anna.later(60 * day).reports({ hrv_rmssd: 60 });
    expect(baselineBefore(seriesIn(anna.state), localDay(anna.now, 0), rules)).toBeUndefined();
  });

  it('belongs to one context and one statistic: a live RMSSD is never compared with nights', () => {
    const nights = () => createPerson().lived(6, { hrv_rmssd: 100 }, asleep);
    expect(nights().reports({ hrv_rmssd: 10 }).mode).toBe('pattern');
    expect(nights().reports({ hrv_rmssd: 10 }, { context: 'rest' }).mode).toBe('pattern');
    expect(nights().reports({ hrv_rmssd: 10 }, { context: 'sleep' }).mode).toBe('pattern');
    expect(nights().reports({ hrv_rmssd: 10 }, asleep).mode).toBe('reflex');
  });

  it('of SDNN is never used for RMSSD', () => {
    expect(createPerson().lived(6, { hrv_sdnn: 100 }).reports({ hrv_rmssd: 10 }).mode).toBe('pattern');
  });

  it('takes the median of a day within 2 %', () => {
    const anna = createPerson().later(-6 * day);
    for (let one = 0; one < 6; one += 1) {
      for (let at = 0; at < 51; at += 1) anna.reports({ hrv_rmssd: 40 + at }, { ago: (51 - at) * minute });
      anna.later(day);
    }
    const centre = baselineOf(anna.state)?.centre ?? 0;
    expect(Math.abs(centre - 65) / 65).toBeLessThan(0.02);
  });

  it('is computed under the current rules', () => {
    const { state } = createPerson().lived(6, { hrv_rmssd: 60 });
    expect(baselineOf(state)).toBeDefined();
    const strict = givenRules({ 'baselines.days_at_least': 7 });
    expect(baselineBefore(seriesIn(state), today - 1, strict)).toBeUndefined();
    expect(baselineBefore(seriesIn(state), today, strict)).toBeUndefined();
  });
});

describe('the local day', () => {
  it('follows from the offset of the reading itself', () => {
    const anna = createPerson({ now: Date.parse('2026-11-20T23:30:00Z') });
    anna.reports({ hrv_rmssd: 60 }, { offset: '+02:00' });
    expect(newestDay(seriesIn(anna.state) ?? [0, [0, ''], ''])).toBe(today + 1);
    expect(anna.state.zone[0]).toBe(120);
  });

  it('otherwise follows from the last real offset of the person, else UTC', () => {
    const late = Date.parse('2026-11-20T23:30:00Z');
    expect(
      newestDay(seriesIn(createPerson({ now: late }).reports({ hrv_rmssd: 60 }).state) ?? [0, [0, ''], '']),
    ).toBe(today);
    const anna = createPerson({ now: late })
      .reports({ spo2: 97 }, { offset: '+02:00' })
      .reports({ hrv_rmssd: 60 });
    expect(newestDay(seriesIn(anna.state) ?? [0, [0, ''], ''])).toBe(today + 1);
  });

  it('follows from any event, even one that no rule sees, but not from a clock that runs ahead', () => {
    const anna = createPerson().reports({ steps: 1 }, { offset: '+05:30' });
    expect(anna.state.zone[0]).toBe(330);
    expect(anna.reports({ steps: 1 }, { offset: '-08:00', ago: -hour }).state.zone[0]).toBe(330);
  });

  it('keeps the offset that was measured last, not the one that arrived last', () => {
    const anna = createPerson()
      .reports({ spo2: 97 }, { offset: '-05:00' })
      .reports({ spo2: 97 }, { offset: '+09:00', ago: 30 * day });
    expect(anna.state.zone[0]).toBe(-300);
  });
});

describe('a late reading', () => {
  const value = (state: PersonState, back: number) => {
    const series = seriesIn(state);
    return series && valueOn(series, today - back);
  };

  it('of the newest day is added to it', () => {
    const anna = createPerson().reports({ hrv_rmssd: 40 }).reports({ hrv_rmssd: 60 }, { ago: hour });
    expect(value(anna.state, 0)).toBe(50);
  });

  it('of a day without a value adds one', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 40 })
      .reports({ hrv_rmssd: 60 }, { ago: 3 * day });
    expect(value(anna.state, 3)).toBe(60);
    expect(value(anna.state, 2)).toBeNaN();
  });

  it('of an earlier day recounts that day from its events', () => {
    const anna = createPerson()
      .lived(3, { hrv_rmssd: 40 })
      .reports({ hrv_rmssd: 40 })
      .reports({ hrv_rmssd: 60 }, { ago: 2 * day + hour });
    expect([3, 2, 1].map((back) => value(anna.state, back))).toEqual([40, 50, 40]);
  });

  it('of an earlier day cannot be decided without those events', () => {
    const { state } = createPerson().lived(3, { hrv_rmssd: 40 }).reports({ hrv_rmssd: 40 });
    const event = eventOf(noon, { hrv_rmssd: 60 }, { ago: 2 * day });
    expect(() => decide(state, { kind: 'event', event, signals: signalsOf(event, rules) }, rules)).toThrow(
      EventsMissing,
    );
  });

  it('that is older than every kept day is history only', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 40 })
      .reports({ hrv_rmssd: 60 }, { ago: 43 * day });
    expect(anna.state.lanes).toEqual(createPerson().reports({ hrv_rmssd: 40 }).state.lanes);
  });

  it('far from the timestamp of its event enters no baseline, since it could not be found again', () => {
    const end = (ago: number) => localTime(noon - 3 * day - ago);
    const reading = (ago: number) => ({ metric: 'hrv_rmssd', value: 60, unit: 'ms', end: end(ago) });
    const at = (ago: number) =>
      createPerson().reports({}, { ago: 3 * day, readings: [reading(ago)] }).state.lanes.length;
    expect(at(36 * hour)).toBe(1);
    expect(at(36 * hour + 1)).toBe(0);
  });
});

describe('baseline series', () => {
  it('are only kept for metrics that are compared with a baseline', () => {
    const anna = createPerson().reports({ heart_rate: 60, spo2: 97, stress_level: 0.2, readiness_score: 80 });
    anna.reports(
      { heart_rate: 50, resting_heart_rate: 50, hrv_rmssd: 60, hrv_sdnn: 50 },
      { context: 'sleep' },
    );
    anna.reports({ hrv_rmssd: 60 }, { context: 'active' });
    expect(anna.state.lanes.map(([series]) => seriesMeaning(series))).toEqual([
      { metric: 'heart_rate', context: 'sleep', statistic: 'sample' },
      { metric: 'resting_heart_rate', context: 'any', statistic: 'sample' },
      { metric: 'hrv_rmssd', context: 'sleep', statistic: 'sample' },
      { metric: 'hrv_sdnn', context: 'sleep', statistic: 'sample' },
    ]);
    expect(seriesMeaning(1000)).toEqual({ metric: undefined, context: undefined, statistic: 'average' });
  });

  const many = (['sleep', 'rest', 'unknown'] as const).flatMap((context) =>
    [{}, { statistic: 'average' as const }, { statistic: 'median' as const }].flatMap((statistic) =>
      ['hrv_rmssd', 'hrv_sdnn'].map((metric) => ({ metric, value: 60, unit: 'ms', ...statistic, context })),
    ),
  );

  it('are limited by their room: a new one finds none left', () => {
    const anna = createPerson().lived(42, {}, { readings: many });
    const room = anna.state.lanes.length;
    expect(room).toBeLessThan(many.length);
    expect(JSON.stringify(anna.state.lanes).length).toBeLessThan(1500);
    expect(baselineOf(anna.state, 'sleep', 'sample')).toMatchObject({ days: 28 });
    expect(anna.reports({ heart_rate: 50 }, { context: 'sleep' }).state.lanes).toHaveLength(room);
  });

  it('without new values for a week give way to new ones', () => {
    const anna = createPerson()
      .lived(42, {}, { readings: many })
      .later(7 * day)
      .reports({ heart_rate: 50 }, { context: 'sleep' });
    expect(anna.state.lanes.map(([series]) => seriesMeaning(series).metric)).toContain('heart_rate');
  });
});

describe('strain', () => {
  const pulses = [54, 57, 55, 58, 53];
  const rmssds = [58, 66, 60, 63, 55];
  /** Quiet days, then the given ones, the last of which is today. */
  function after(days: readonly (readonly [pulse: number | undefined, rmssd: number | undefined])[]) {
    const anna = createPerson().later(-(15 + days.length) * day);
    for (let one = 0; one < 16; one += 1) {
      anna
        .reports({ resting_heart_rate: pulses[one % 5] ?? 0, hrv_rmssd: rmssds[one % 5] ?? 0 }, asleep)
        .later(day);
    }
    days.forEach(([pulse, rmssd], index) => {
      if (index > 0) anna.later(day);
      if (pulse !== undefined) anna.reports({ resting_heart_rate: pulse }, asleep);
      if (rmssd !== undefined) anna.reports({ hrv_rmssd: rmssd }, asleep);
    });
    return anna;
  }
  const bad = [70, 45] as const;
  const good = [55, 60] as const;
  const fires = (...days: Parameters<typeof after>[0]) => after(days).last.rulesFired.includes('strain');

  it('fires on the third strained day of five', () => {
    expect(fires(bad, good, bad, good, bad)).toBe(true);
    expect(fires(bad, bad, bad)).toBe(true);
  });

  it('does not fire on the second, nor on three of six', () => {
    expect(fires(bad, good, good, good, bad)).toBe(false);
    expect(fires(bad, good, good, bad, good, bad)).toBe(false);
  });

  it('counts days that have both values, with any gap between them', () => {
    expect(fires(bad, [undefined, undefined], bad, [70, undefined], [undefined, 45], bad)).toBe(true);
  });

  it.each([
    ['the pulse alone', [70, 60]],
    ['the RMSSD alone', [55, 45]],
  ] as const)('does not count days on which %s is out of place', (_, half) => {
    expect(fires(bad, bad, half)).toBe(false);
  });

  it('holds while three of five are strained, and leaves with the next good day', () => {
    expect(after([bad, bad, bad, good]).last.rulesFired).toContain('strain');
    expect(after([bad, bad, bad, good, good]).mode).toBe('guardian');
    expect(after([bad, bad, bad, good, good, good]).mode).toBe('pattern');
  });

  it('is more confident the more days are strained', () => {
    expect(after([bad, bad, bad]).last.transition).toMatchObject({ to: 'guardian', confidence: 0.5 });
  });

  it('needs fresh values of both, and a baseline', () => {
    expect(after([bad, bad, bad]).waits(day + 1).last.transition).toMatchObject({
      to: 'pattern',
      reason: 'no_data',
    });
    const short = createPerson().lived(4, { resting_heart_rate: 55, hrv_rmssd: 60 }, asleep);
    expect(short.reports({ resting_heart_rate: 90, hrv_rmssd: 30 }, asleep).last.rulesFired).toEqual([]);
    const noWeek = createPerson()
      .later(-19 * day)
      .lived(6, { resting_heart_rate: 55, hrv_rmssd: 60 }, asleep)
      .later(19 * day);
    for (let one = 0; one < 3; one += 1)
      noWeek.reports({ resting_heart_rate: 90, hrv_rmssd: 50 }, asleep).later(day);
    expect(noWeek.switches).toHaveLength(1);
  });

  it('needs daily values: readings that form none are not judged', () => {
    const values = { resting_heart_rate: 70, hrv_rmssd: 45 };
    const end = localTime(noon);
    const readings = Object.entries(values).map(([metric, value]) => ({
      metric,
      value,
      unit: '1',
      end,
      ...asleep,
    }));
    const anna = createPerson().reports({}, { ago: 2 * day, readings });
    expect(anna.state).toMatchObject({ lanes: [], mode: 'pattern' });
  });

  it('is not judged on a day long past: one of its values must be from the latest day', () => {
    const anna = after([bad, bad, bad])
      .later(20 * hour)
      .reports({ resting_heart_rate: 70 }, { ...asleep, statistic: 'median' });
    expect(anna.last.rulesFired).not.toContain('strain');
  });
});
