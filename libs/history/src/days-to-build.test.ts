import { describe, expect, it } from 'vitest';
import { createCalendar } from './calendar.ts';
import { daysToBuild, settleAfterMs, type BuildQuestion } from './days-to-build.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const calendar = createCalendar([[0, 'UTC']]);
/** On the day 100, one hour after midnight. */
const now = 100 * dayMs + hourMs;
const plan = (given: Partial<BuildQuestion> = {}) =>
  daysToBuild({ calendar, finishedDay: 99, settledDay: 99, late: [], now, oldest: 0, ...given });

describe('daysToBuild', () => {
  it('has nothing to do while the day runs', () => {
    expect(plan()).toEqual({ ranges: [], finishedDay: 99, settledDay: 99, isDone: true });
  });

  it('builds the day that is over, and once more when the morning has told of it', () => {
    const atMidnight = plan({ finishedDay: 98, settledDay: 98 });
    expect(atMidnight).toEqual({
      ranges: [{ fromDay: 99, toDay: 99 }],
      finishedDay: 99,
      settledDay: 98,
      isDone: true,
    });
    const later = plan({ settledDay: 98, now: 100 * dayMs + settleAfterMs });
    expect(later).toMatchObject({ ranges: [{ fromDay: 99, toDay: 99 }], settledDay: 99 });
  });

  it('fills a long history in parts, a few days read together', () => {
    const first = plan({ finishedDay: 9, settledDay: -1 });
    expect(first).toMatchObject({ finishedDay: 37, settledDay: 37, isDone: false });
    expect(first.ranges[0]).toEqual({ fromDay: 10, toDay: 13 });
    expect(first.ranges).toHaveLength(7);
    expect(plan({ finishedDay: 93, settledDay: 93 })).toMatchObject({ finishedDay: 99, isDone: true });
  });

  it('builds the days around a late event again, never the running one', () => {
    expect(plan({ late: [50] }).ranges).toEqual([{ fromDay: 49, toDay: 51 }]);
    expect(plan({ late: [99] }).ranges).toEqual([{ fromDay: 98, toDay: 99 }]);
  });

  it('leaves out days that are no longer kept', () => {
    expect(plan({ late: [5], oldest: 60 }).ranges).toEqual([]);
  });
});
