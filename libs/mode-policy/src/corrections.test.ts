import { describe, expect, it } from 'vitest';
import { createPerson, day, hour, minute, noon } from '../test/policy-story.ts';
import { findSeries, seriesOf, valueOn } from './baseline-series.ts';
import { localDay } from './local-day.ts';

const fast = { heart_rate: 110 };
const today = localDay(noon, 0);
const live = seriesOf({ metric: 'hrv_rmssd', context: 'unknown', statistic: 'sample' }) ?? -1;
const valueAt = (anna: ReturnType<typeof createPerson>, back: number) => {
  const lane = findSeries(anna.state.lanes, live);
  return lane === undefined ? undefined : valueOn(lane, today - back);
};

const newestOf = ({ state }: ReturnType<typeof createPerson>) =>
  state.newest.flatMap((entry) => (entry === 0 ? [] : [[entry[0], entry[1]]]));

describe('a correction of the newest signal', () => {
  it('is decided on like a new event', () => {
    const anna = createPerson()
      .tells({ heart_rate: 70 }, { object: 'a' })
      .tells(fast, { object: 'a', version: 1 });
    expect(anna.switches).toEqual(['none → pattern: first_decision', 'pattern → reflex: high_pulse']);
  });

  it('can take back what fired; the transition stays', () => {
    const anna = createPerson()
      .tells(fast, { object: 'a' })
      .later(6 * minute);
    anna.tells({ heart_rate: 70 }, { object: 'a', version: 1, ago: 6 * minute });
    expect(anna.switches).toEqual(['none → reflex: high_pulse', 'reflex → pattern: nothing_holds']);
  });

  it('lets the reading before it be the newest when it takes its metric away', () => {
    const anna = createPerson().tells({ heart_rate: 95 }).later(minute).tells(fast, { object: 'a' });
    anna.later(minute).tells({ steps: 1 }, { object: 'a', version: 1 });
    expect(anna.last.rulesHeld).toEqual(['high_pulse']);
    expect(newestOf(anna)).toEqual([[noon, 95]]);
  });

  it('of another time moves it', () => {
    const anna = createPerson()
      .tells(fast, { object: 'a' })
      .tells(fast, { object: 'a', version: 1, ago: hour });
    expect(anna.state.newest.every((entry) => entry === 0)).toBe(true);
    expect(anna.waits(5 * minute).last.transition).toMatchObject({ to: 'pattern', reason: 'withdrawn' });
  });
});

describe('a delete', () => {
  it('takes the newest signal back, and its mode with it', () => {
    const anna = createPerson()
      .tells(fast, { object: 'a' })
      .later(6 * minute);
    anna.tells({}, { object: 'a', version: 1, operation: 'delete' });
    expect(anna.last.transition).toMatchObject({
      from: 'reflex',
      to: 'pattern',
      reason: 'withdrawn',
      confidence: 0.5,
    });
    expect(anna.last.alertSignals).toMatchObject([{ status: 'resolved' }]);
  });

  it('fires nothing by what it brings to light', () => {
    const anna = createPerson()
      .tells(fast)
      .later(5 * minute)
      .tells({ heart_rate: 80 }, { object: 'a' });
    anna.later(minute).tells({}, { object: 'a', version: 1, operation: 'delete' });
    expect(anna.mode).toBe('pattern');
    expect(newestOf(anna)).toEqual([[noon, 110]]);
  });

  it('ends what needs it, whatever else is fresh', () => {
    const anna = createPerson()
      .lived(6, { hrv_rmssd: 100 })
      .tells({ hrv_rmssd: 50 }, { object: 'a' })
      .later(6 * minute);
    anna.tells({}, { object: 'a', version: 1, operation: 'delete' });
    expect(anna.switches.at(-1)).toBe('reflex → pattern: withdrawn');
  });

  it('brings the same to light whatever the order in which readings of one moment arrived', () => {
    const told = ['b', 'c', 'd', 'e'].map((object, nr) => ({ object, pulse: 80 + nr }));
    const newestAfter = (order: typeof told) => {
      const anna = createPerson();
      for (const { object, pulse } of order) anna.tells({ heart_rate: pulse }, { object });
      anna.later(minute).tells(fast, { object: 'a' });
      return newestOf(anna.later(minute).tells({}, { object: 'a', version: 1, operation: 'delete' }));
    };
    expect(newestAfter(told)).toHaveLength(1);
    expect(newestAfter(told.toReversed())).toEqual(newestAfter(told));
  });

  it('takes back what a device said', () => {
    const anna = createPerson().tells({ spo2: 98 }, { source: 'whoop' }).tells({ spo2: 92 }, { object: 'a' });
    anna.later(6 * minute).tells({}, { object: 'a', version: 1, operation: 'delete' });
    expect(anna.state.devices).toHaveLength(1);
    expect(anna.mode).toBe('pattern');
  });

  it('of nothing that is known changes nothing', () => {
    const anna = createPerson()
      .tells({ heart_rate: 60 })
      .tells({}, { object: 'a', version: 1, operation: 'delete' });
    expect(anna.last.transition).toBeNull();
  });

  it('that comes before what it deletes wins all the same', () => {
    const anna = createPerson()
      .tells({}, { object: 'a', version: 9, operation: 'delete' })
      .tells(fast, { object: 'a' });
    expect(anna.mode).toBe('pattern');
    expect(anna.state.seq).toBe(2);
  });
});

describe('the highest version of an object wins', () => {
  it('whatever the order of arrival', () => {
    const anna = createPerson()
      .tells({ heart_rate: 70 }, { object: 'a', version: 2 })
      .tells(fast, { object: 'a', version: 1 });
    expect(anna.mode).toBe('pattern');
    expect(anna.tells(fast, { object: 'a', version: 3 }).mode).toBe('reflex');
  });

  it('of one source: the same object of another source is another', () => {
    const anna = createPerson().tells({ heart_rate: 70 }, { object: 'a', version: 2 });
    expect(anna.later(1).tells(fast, { object: 'a', version: 1, source: 'apple' }).mode).toBe('reflex');
  });
});

describe('daily values', () => {
  it('are taken anew when a reading of an earlier day is corrected', () => {
    const anna = createPerson()
      .tells({ hrv_rmssd: 40 }, { ago: 2 * day, object: 'a' })
      .tells({ hrv_rmssd: 60 }, { ago: 2 * day });
    anna.tells({ hrv_rmssd: 50 });
    expect(valueAt(anna, 2)).toBe(50);
    expect(valueAt(anna.tells({ hrv_rmssd: 80 }, { ago: 2 * day, object: 'a', version: 1 }), 2)).toBe(70);
  });

  it('and when one of today is', () => {
    const anna = createPerson()
      .tells({ hrv_rmssd: 40 }, { object: 'a' })
      .tells({ hrv_rmssd: 60 }, { ago: minute });
    expect(valueAt(anna.tells({ hrv_rmssd: 80 }, { object: 'a', version: 1 }), 0)).toBe(70);
  });

  it('lose what is deleted', () => {
    const anna = createPerson()
      .tells({ hrv_rmssd: 40 }, { ago: 2 * day, object: 'a' })
      .tells({ hrv_rmssd: 50 }, { object: 'b' });
    anna.tells({}, { object: 'a', version: 1, operation: 'delete' });
    expect(valueAt(anna, 2)).toBeNaN();
    anna.tells({}, { object: 'b', version: 1, operation: 'delete' });
    expect(valueAt(anna, 0)).toBeNaN();
    anna.later(day).tells({ hrv_rmssd: 55 });
    expect([1, 0, -1].map((back) => valueAt(anna, back))).toEqual([NaN, NaN, 55]);
  });

  it('follow an object that a correction moves to another day', () => {
    const anna = createPerson()
      .tells({ hrv_rmssd: 40 }, { ago: 3 * day, object: 'a' })
      .tells({ hrv_rmssd: 50 });
    anna.tells({ hrv_rmssd: 45 }, { ago: 2 * day, object: 'a', version: 1 });
    expect([3, 2, 0].map((back) => valueAt(anna, back))).toEqual([NaN, 45, 50]);
    anna.tells({ hrv_rmssd: 60 }, { ago: 3 * day });
    expect(valueAt(anna, 3)).toBe(60);
  });

  it('of days that are kept no more are left alone', () => {
    const anna = createPerson()
      .tells({ hrv_rmssd: 40 }, { ago: 50 * day, object: 'a' })
      .tells({ hrv_rmssd: 50 });
    anna.tells({ hrv_rmssd: 45 }, { ago: 50 * day, object: 'a', version: 1 });
    expect(valueAt(anna, 50)).toBeNaN();
    const other = createPerson().tells({}, { object: 'b', version: 1, operation: 'delete' });
    expect(other.tells({ hrv_rmssd: 1 }, { object: 'b' }).state.lanes).toEqual([]);
  });
});
