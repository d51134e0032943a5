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

test('reconciles three days, a series since its last points', () => {
  expect(reconciledSpan(100 * day)).toEqual({ fromMs: 97 * day, untilMs: 100 * day });
  expect(reconciledSpan(100 * day, 99 * day)).toEqual({ fromMs: 98.75 * day, untilMs: 100 * day });
  expect(reconciledSpan(100 * day, 10 * day).fromMs).toBe(70 * day);
});
