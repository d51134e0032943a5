import { expect, test } from 'vitest';
import { nextWindow, reconciledSpan, type Pull } from './pull-plan.ts';

const day = 86_400_000;

test('pulls everything exactly once, all types forward together, newest first', () => {
  let pulls: Pull[] = ['sleep', 'workout'].map((dataType) => ({
    dataType,
    wantedFromMs: 70 * day,
    pulledFromMs: 100 * day,
  }));
  const windows: [string, number, number][] = [];
  for (let next = nextWindow(pulls); next; next = nextWindow(pulls)) {
    const { pull, span } = next;
    windows.push([pull.dataType, span.fromMs / day, span.untilMs / day]);
    pulls = pulls
      .map((one) => (one === pull ? { ...pull, pulledFromMs: span.fromMs } : one))
      .filter((one) => one.pulledFromMs > one.wantedFromMs);
  }
  expect(windows.filter(([type]) => type === 'sleep').map(([, from, until]) => [from, until])).toEqual([
    [93, 100],
    [86, 93],
    [79, 86],
    [72, 79],
    [70, 72],
  ]);
  expect(windows.slice(0, 4).map(([type]) => type)).toEqual(['sleep', 'workout', 'sleep', 'workout']);
});

const now = 100 * day;
const fromDay = (...reached: Parameters<typeof reconciledSpan> extends [number, ...infer R] ? R : never) =>
  reconciledSpan(now, ...reached).fromMs / day;

test('reconciles three days, a series since its last points', () => {
  expect(reconciledSpan(now)).toEqual({ fromMs: 97 * day, untilMs: now });
  expect(fromDay({ lastPointsMs: 99 * day })).toBe(98.75);
  expect(fromDay({ lastPointsMs: 10 * day })).toBe(70);
});

test('reconciles everything since the last complete round, a month at most', () => {
  expect(fromDay({ reconciledMs: 99.9 * day })).toBe(97);
  expect(fromDay({ reconciledMs: 90 * day })).toBe(89);
  expect(fromDay({ reconciledMs: 50 * day })).toBe(70);
  expect(fromDay({ reconciledMs: 90 * day, lastPointsMs: 99 * day })).toBe(89.75);
  expect(fromDay({ reconciledMs: 99.9 * day, lastPointsMs: 95 * day })).toBe(94.75);
});
