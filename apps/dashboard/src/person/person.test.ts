import type { ModeTransition, ReadingSeries } from '@bridge/contracts';
import { describe, expect, test } from 'vitest';
import { chartData, seriesSummary } from './chart-data.ts';
import { endAfter, windowIn } from './time-window.ts';
import { modeSpans } from './timeline.ts';

const hour = 3_600_000;
const start = Date.parse('2026-03-01T00:00:00Z');
const at = (hours: number) => new Date(start + hours * hour).toISOString();

function transition(seq: number, hours: number, from: string | null, to: string): ModeTransition {
  return { seq, at: at(hours), from, to, transition_id: `t${seq}` } as ModeTransition;
}

describe('the modes over time', () => {
  const day = { from: start, to: start + 24 * hour };
  const now = { mode: 'pattern', since: at(-50) };

  test('run from switch to switch, led by the mode before the first', () => {
    const spans = modeSpans(
      [transition(3, 8, 'reflex', 'pattern'), transition(2, 6, 'pattern', 'reflex')],
      day,
      now,
    );
    expect(spans.map(({ mode, from, to }) => [mode, (from - start) / hour, (to - start) / hour])).toEqual([
      ['pattern', 0, 6],
      ['reflex', 6, 8],
      ['pattern', 8, 24],
    ]);
    expect(spans.map((span) => span.transition?.transition_id)).toEqual([undefined, 't2', 't3']);
  });

  test('are the present one where no switch was, from its beginning', () => {
    expect(modeSpans([], day, now)).toMatchObject([{ mode: 'pattern', from: start, to: start + 24 * hour }]);
    expect(modeSpans([], day, { mode: 'reflex', since: at(20) })).toMatchObject([
      { from: start + 20 * hour },
    ]);
    expect(modeSpans([], day, { mode: 'reflex', since: at(30) })).toEqual([]);
  });

  test('begin with the first decision of a person', () => {
    expect(modeSpans([transition(1, 6, null, 'pattern')], day, now)).toMatchObject([
      { from: start + 6 * hour },
    ]);
  });
});

describe('a chart', () => {
  const point = (hours: number, median: number) => ({
    at: at(hours),
    min: median - 1,
    median,
    max: median + 1,
    count: 3,
  });
  const series = (given: Partial<ReadingSeries>): ReadingSeries => ({
    metric: 'heart_rate',
    unit: '/min',
    resolution: '1h',
    from: at(0),
    to: at(48),
    points: [],
    devices: [],
    band: [],
    ...given,
  });

  test('puts points and the band of each day on one axis', () => {
    const band = [
      { at: at(0), usual: 60, low: 55, high: 65 },
      { at: at(24), usual: 61, low: 56, high: 66 },
    ];
    const { times, median, low } = chartData(series({ points: [point(6, 58), point(30, 70)], band }));
    const hours = times.map((time) => (time * 1_000 - start) / hour);
    expect(hours).toEqual([...hours].sort((a, b) => a - b));
    expect(median[hours.indexOf(6)]).toBe(58);
    expect(low[hours.indexOf(6)]).toBe(55);
    expect(low[hours.indexOf(30)]).toBe(56);
  });

  test('breaks the line where bins are missing, and only there', () => {
    const { times, median } = chartData(series({ points: [1, 2, 3, 9].map((hours) => point(hours, 60)) }));
    const broken = times
      .filter((_, index) => median[index] === null)
      .map((time) => (time * 1_000 - start) / hour);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toBeCloseTo(3, 2);
  });

  test('has no band where the day has none', () => {
    const { low } = chartData(
      series({ points: [point(40, 60)], band: [{ at: at(0), usual: 60, low: 55, high: 65 }] }),
    );
    expect(low.at(-1)).toBeNull();
  });

  test('is said in a sentence', () => {
    expect(seriesSummary({ points: [point(9, 70), point(4, 50)] })).toEqual({
      least: 49,
      most: 71,
      newest: 70,
      newestAt: at(9),
    });
    expect(seriesSummary({ points: [] })).toBeUndefined();
  });
});

describe('the time shown', () => {
  const now = start + 90_500;

  test('ends at the next full minute unless an end is given', () => {
    expect(windowIn(new URLSearchParams(), now)).toEqual({
      range: '1d',
      from: '2026-02-28T00:02:00.000Z',
      to: '2026-03-01T00:02:00.000Z',
      isCurrent: true,
      key: '1d now',
    });
    expect(windowIn(new URLSearchParams({ range: '1w', to: at(-24) }), now)).toMatchObject({
      range: '1w',
      to: at(-24),
      isCurrent: false,
    });
    expect(windowIn(new URLSearchParams({ range: '9y', to: 'soon' }), now)).toMatchObject({
      range: '1d',
      isCurrent: true,
    });
  });

  test('moves by its own length, up to now', () => {
    const past = windowIn(new URLSearchParams({ to: at(-48) }), now);
    expect(endAfter(past, -1, now)).toBe(at(-72));
    expect(endAfter(past, 1, now)).toBe(at(-24));
    expect(endAfter(windowIn(new URLSearchParams({ to: at(-12) }), now), 1, now)).toBeUndefined();
  });
});
