import { expect, it } from 'vitest';
import { classifyPoint, type NormalPoint } from './classify-point.ts';
import { mergeSeries } from './merge-series.ts';
import { packParts, unpackParts } from './pack-parts.ts';
import { seriesEvent } from './series-event.ts';

const arrivalMs = Date.parse('2026-07-06T15:00:00Z');
const arrival = { arrivalMs, rawSha256: 'cd'.repeat(32) };

function point(value: number, end = '2026-07-06T14:30:00+00:00'): NormalPoint {
  const verdict = classifyPoint(
    { metric: 'steps', value, unit: 'count', end, statistic: 'sum', device: 'watch', raw: {} },
    arrivalMs,
  );
  if (verdict.kind !== 'point') throw new Error(verdict.kind);
  return verdict.point;
}
const hour = { source: 'apple', userId: 'ada', metric: 'steps', device: 'watch', keyHex: 'ab'.repeat(16) };

it('gives steps of one time their interval, and is of the end of the last', () => {
  const [change] = mergeSeries([], [point(80), point(90, '2026-07-06T14:31:00+00:00')]).changes;
  if (change === undefined) throw new Error('nothing is new');
  const event = seriesEvent(hour, change, arrival);
  expect(event.readings.map(({ start, end }) => [start, end])).toEqual([
    ['2026-07-06T14:30:00+00:00', '2026-07-06T14:31:00.000+00:00'],
    ['2026-07-06T14:31:00+00:00', '2026-07-06T14:32:00.000+00:00'],
  ]);
  expect(event).toMatchObject({ device_id: 'watch', timestamp: '2026-07-06T14:32:00.000+00:00' });
});

it('of the same steps again is none: the interval is no part of what is known of a point', () => {
  const { parts } = mergeSeries([], [point(80)]);
  const stored = unpackParts('steps', packParts(parts));
  expect(mergeSeries(stored, [point(80)]).outcomes).toEqual(['duplicate']);
  expect(mergeSeries(stored, [point(85)]).outcomes).toEqual(['corrected']);
});

it('gives all readings of a device the context that follows from it, which is no part of what is known', () => {
  const breath = (minute: number, value: number, derivedContext?: 'sleep') => {
    const end = `2026-07-06T02:0${minute}:00+00:00`;
    const given = { metric: 'respiratory_rate', value, unit: '/min', end, device: 'watch', raw: {} };
    const verdict = classifyPoint({ ...given, ...(derivedContext && { derivedContext }) }, arrivalMs);
    if (verdict.kind !== 'point') throw new Error(verdict.kind);
    return verdict.point;
  };
  // As it was stored before contexts were derived.
  const { parts } = mergeSeries([], [breath(1, 14), breath(2, 15)]);
  expect(mergeSeries(parts, [breath(1, 14, 'sleep')]).outcomes).toEqual(['duplicate']);
  const [change] = mergeSeries(parts, [breath(1, 16, 'sleep')]).changes;
  if (change === undefined) throw new Error('nothing is new');
  expect(change.readings.map(({ context }) => context)).toEqual([undefined, undefined]);
  const event = seriesEvent({ ...hour, metric: 'respiratory_rate' }, change, arrival);
  expect(event.readings.map(({ value, context }) => [value, context])).toEqual([
    [16, 'sleep'],
    [15, 'sleep'],
  ]);
});
