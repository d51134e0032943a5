import { describe, expect, it } from 'vitest';
import { createPerson, day, hour, minute, noon } from '../test/policy-story.ts';
import { findSeries, seriesOf, valueOn } from './baseline-series.ts';
import { localDay } from './local-day.ts';

const fast = { heart_rate: 110 };
const today = localDay(noon, 0);
const live = seriesOf({ metric: 'hrv_rmssd', context: 'unknown', statistic: 'sample' }) ?? -1;
const valueAt = (anna: ReturnType<typeof createPerson>, back: number) => {
  const series = findSeries(anna.state.lanes, live);
  return series === undefined ? undefined : valueOn(series, today - back);
};

const newestOf = ({ state }: ReturnType<typeof createPerson>) =>
  state.newest.flatMap((entry) => (entry === 0 ? [] : [[entry[0], entry[1]]]));

describe('a correction of the newest signal', () => {
  it('is decided like a new event', () => {
    const anna = createPerson()
      .reports({ heart_rate: 70 }, { object: 'a' })
      .reports(fast, { object: 'a', version: 1 });
    expect(anna.switches).toEqual(['none → pattern: first_decision', 'pattern → reflex: high_pulse']);
  });

  it('can retract the signal that fired; the transition stays', () => {
    const anna = createPerson()
      .reports(fast, { object: 'a' })
      .later(6 * minute);
    anna.reports({ heart_rate: 70 }, { object: 'a', version: 1, ago: 6 * minute });
    expect(anna.switches).toEqual(['none → reflex: high_pulse', 'reflex → pattern: nothing_holds']);
  });

  it('makes the reading before it the newest when it removes the metric', () => {
    const anna = createPerson().reports({ heart_rate: 95 }).later(minute).reports(fast, { object: 'a' });
    anna.later(minute).reports({ steps: 1 }, { object: 'a', version: 1 });
    expect(anna.last.rulesHeld).toEqual(['high_pulse']);
    expect(newestOf(anna)).toEqual([[noon, 95]]);
  });

  it('with another time moves it', () => {
    const anna = createPerson()
      .reports(fast, { object: 'a' })
      .reports(fast, { object: 'a', version: 1, ago: hour });
    expect(anna.state.newest.every((entry) => entry === 0)).toBe(true);
    expect(anna.waits(5 * minute).last.transition).toMatchObject({ to: 'pattern', reason: 'withdrawn' });
  });
});

describe('a delete', () => {
  it('retracts the newest signal, and its mode with it', () => {
    const anna = createPerson()
      .reports(fast, { object: 'a' })
      .later(6 * minute);
    anna.reports({}, { object: 'a', version: 1, operation: 'delete' });
    expect(anna.last.transition).toMatchObject({
      from: 'reflex',
      to: 'pattern',
      reason: 'withdrawn',
      confidence: 0.5,
    });
    expect(anna.last.alertSignals).toMatchObject([{ status: 'resolved' }]);
  });

  it('fires nothing through the signals that it uncovers', () => {
    const anna = createPerson()
      .reports(fast)
      .later(5 * minute)
      .reports({ heart_rate: 80 }, { object: 'a' });
    anna.later(minute).reports({}, { object: 'a', version: 1, operation: 'delete' });
    expect(anna.mode).toBe('pattern');
    expect(newestOf(anna)).toEqual([[noon, 110]]);
  });

  it('ends rules that need it, even if other signals are fresh', () => {
    const anna = createPerson()
      .lived(6, { hrv_rmssd: 100 })
      .reports({ hrv_rmssd: 50 }, { object: 'a' })
      .later(6 * minute);
    anna.reports({}, { object: 'a', version: 1, operation: 'delete' });
    expect(anna.switches.at(-1)).toBe('reflex → pattern: withdrawn');
  });

  it('uncovers the same signal in whatever order readings of one moment arrived', () => {
    const sent = ['b', 'c', 'd', 'e'].map((object, nr) => ({ object, pulse: 80 + nr }));
    const newestAfter = (order: typeof sent) => {
      const anna = createPerson();
      for (const { object, pulse } of order) anna.reports({ heart_rate: pulse }, { object });
      anna.later(minute).reports(fast, { object: 'a' });
      return newestOf(anna.later(minute).reports({}, { object: 'a', version: 1, operation: 'delete' }));
    };
    expect(newestAfter(sent)).toHaveLength(1);
    expect(newestAfter(sent.toReversed())).toEqual(newestAfter(sent));
  });

  it('retracts the value of a device', () => {
    const anna = createPerson()
      .reports({ spo2: 98 }, { source: 'whoop' })
      .reports({ spo2: 92 }, { object: 'a' });
    anna.later(6 * minute).reports({}, { object: 'a', version: 1, operation: 'delete' });
    expect(anna.state.devices).toHaveLength(1);
    expect(anna.mode).toBe('pattern');
  });

  it('of an unknown object changes nothing', () => {
    const anna = createPerson()
      .reports({ heart_rate: 60 })
      .reports({}, { object: 'a', version: 1, operation: 'delete' });
    expect(anna.last.transition).toBeNull();
  });

  it('that arrives before its object still wins', () => {
    const anna = createPerson()
      .reports({}, { object: 'a', version: 9, operation: 'delete' })
      .reports(fast, { object: 'a' });
    expect(anna.mode).toBe('pattern');
    expect(anna.state.seq).toBe(2);
  });
});

describe('the highest version of an object wins', () => {
  it('in whatever order they arrive', () => {
    const anna = createPerson()
      .reports({ heart_rate: 70 }, { object: 'a', version: 2 })
      .reports(fast, { object: 'a', version: 1 });
    expect(anna.mode).toBe('pattern');
    expect(anna.reports(fast, { object: 'a', version: 3 }).mode).toBe('reflex');
  });

  it('per source: the same object id of another source is another object', () => {
    const anna = createPerson().reports({ heart_rate: 70 }, { object: 'a', version: 2 });
    expect(anna.later(1).reports(fast, { object: 'a', version: 1, source: 'apple' }).mode).toBe('reflex');
  });
});

describe('daily values', () => {
  it('are recounted when a reading of an earlier day is corrected', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 40 }, { ago: 2 * day, object: 'a' })
      .reports({ hrv_rmssd: 60 }, { ago: 2 * day });
    anna.reports({ hrv_rmssd: 50 });
    expect(valueAt(anna, 2)).toBe(50);
    expect(valueAt(anna.reports({ hrv_rmssd: 80 }, { ago: 2 * day, object: 'a', version: 1 }), 2)).toBe(70);
  });

  it('are recounted when a reading of today is corrected', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 40 }, { object: 'a' })
      .reports({ hrv_rmssd: 60 }, { ago: minute });
    expect(valueAt(anna.reports({ hrv_rmssd: 80 }, { object: 'a', version: 1 }), 0)).toBe(70);
  });

  it('lose deleted readings', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 40 }, { ago: 2 * day, object: 'a' })
      .reports({ hrv_rmssd: 50 }, { object: 'b' });
    anna.reports({}, { object: 'a', version: 1, operation: 'delete' });
    expect(valueAt(anna, 2)).toBeNaN();
    anna.reports({}, { object: 'b', version: 1, operation: 'delete' });
    expect(valueAt(anna, 0)).toBeNaN();
    anna.later(day).reports({ hrv_rmssd: 55 });
    expect([1, 0, -1].map((back) => valueAt(anna, back))).toEqual([NaN, NaN, 55]);
  });

  it('follow an object that a correction moves to another day', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 40 }, { ago: 3 * day, object: 'a' })
      .reports({ hrv_rmssd: 50 });
    anna.reports({ hrv_rmssd: 45 }, { ago: 2 * day, object: 'a', version: 1 });
    expect([3, 2, 0].map((back) => valueAt(anna, back))).toEqual([NaN, 45, 50]);
    anna.reports({ hrv_rmssd: 60 }, { ago: 3 * day });
    expect(valueAt(anna, 3)).toBe(60);
  });

  it('of days that are no longer kept stay as they are', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 40 }, { ago: 50 * day, object: 'a' })
      .reports({ hrv_rmssd: 50 });
    anna.reports({ hrv_rmssd: 45 }, { ago: 50 * day, object: 'a', version: 1 });
    expect(valueAt(anna, 50)).toBeNaN();
    const other = createPerson().reports({}, { object: 'b', version: 1, operation: 'delete' });
    expect(other.reports({ hrv_rmssd: 1 }, { object: 'b' }).state.lanes).toEqual([]);
  });
});
