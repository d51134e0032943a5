import { expect, it } from 'vitest';
import { classifyPoint, type NormalPoint } from './classify-point.ts';
import { mergeSeries } from './merge-series.ts';
import { packParts, unpackParts } from './pack-parts.ts';
import type { SeriesPoint } from './series-point.ts';

const arrivalMs = Date.parse('2026-07-06T12:00:00Z');

function point(minute: number, value: number, more: Partial<SeriesPoint> = {}): NormalPoint {
  const end = new Date(Date.UTC(2026, 6, 6, 10, 0) + minute * 60_000).toISOString();
  const given = { metric: 'heart_rate', value, unit: 'count/min', end, raw: { minute, value }, ...more };
  const verdict = classifyPoint(given, arrivalMs);
  if (verdict.kind !== 'point') throw new Error(verdict.kind);
  return verdict.point;
}

const first = mergeSeries([], [point(2, 62), point(1, 61)]);
const values = (merged: typeof first) =>
  merged.changes.map(({ part, version, readings }) => [part, version, readings.map(({ value }) => value)]);

it('makes a new part of new points, in the order of time', () => {
  expect(values(first)).toEqual([[0, 0, [61, 62]]]);
  expect(values(mergeSeries(first.parts, [point(3, 63)]))).toEqual([[1, 0, [63]]]);
});

it('says nothing about what is known', () => {
  const again = mergeSeries(first.parts, [point(1, 61), point(2, 62.000_01)]);
  expect(again).toMatchObject({ changes: [], outcomes: ['duplicate', 'duplicate'] });
});

it('corrects a part once, with its full content, however many of its points changed', () => {
  const corrected = mergeSeries(first.parts, [point(1, 71), point(2, 72), point(3, 73)]);
  expect(values(corrected)).toEqual([
    [0, 1, [71, 72]],
    [1, 0, [73]],
  ]);
  expect(corrected.outcomes).toEqual(['corrected', 'corrected', 'new']);
  expect(mergeSeries(corrected.parts, [point(1, 71), point(3, 73)]).changes).toEqual([]);
  expect(values(mergeSeries(corrected.parts, [point(1, 61)]))).toEqual([[0, 2, [61, 72]]]);
});

it('corrects a point whose motion became known or changed, and keeps it when it comes without', () => {
  const moving = mergeSeries(first.parts, [point(1, 61, { motion: 'active' })]);
  expect(moving.outcomes).toEqual(['corrected']);
  expect(moving.parts[0]?.readings.map(({ motion }) => motion)).toEqual(['active', undefined]);
  expect(mergeSeries(moving.parts, [point(1, 61, { motion: 'active' })]).outcomes).toEqual(['duplicate']);
  expect(mergeSeries(moving.parts, [point(1, 61, { motion: 'sedentary' })]).outcomes).toEqual(['corrected']);
  expect(mergeSeries(moving.parts, [point(1, 61)]).outcomes).toEqual(['duplicate']);
  expect(mergeSeries(moving.parts, [point(1, 64)]).parts[0]?.readings[0]).toMatchObject({
    value: 64,
    motion: 'active',
  });
});

it('knows a moment in any zone, and tells apart what is another value of it', () => {
  const elsewhere = point(1, 61, { end: '2026-07-06T15:46:00+05:45' });
  const highest = point(1, 90, { statistic: 'maximum' });
  const active = point(1, 61, { context: 'active' });
  const window = point(1, 61, { start: '2026-07-06T10:00:00Z' });
  expect(mergeSeries(first.parts, [elsewhere, highest, active, window]).outcomes).toEqual([
    'duplicate',
    'new',
    'new',
    'new',
  ]);
});

it('takes the last of two values that one body gives for one moment', () => {
  expect(values(mergeSeries([], [point(1, 61), point(1, 66)]))).toEqual([[0, 0, [66]]]);
});

it('splits what would not fit into one event', () => {
  const many = Array.from({ length: 2_300 }, (_, nr) => point(nr / 60, 60));
  expect(mergeSeries([], many).changes.map(({ readings }) => readings.length)).toEqual([1_000, 1_000, 300]);
});

it('comes back from its packed form as it was', () => {
  const { parts } = mergeSeries(first.parts, [
    point(5, 80, { statistic: 'average', context: 'active' }),
    point(6, 81, { start: '2026-07-06T10:05:00Z' }),
    point(7, 82, { context: 'rest' }),
    point(8, 83, { motion: 'sedentary' }),
    point(9, 84, { context: 'rest', motion: 'active' }),
  ]);
  expect(parts.at(-1)?.readings.map(({ motion }) => motion)).toContain('sedentary');
  expect(unpackParts('heart_rate', JSON.parse(JSON.stringify(packParts(parts))) as never)).toEqual(parts);
});

it.each([
  ['a value that cannot be', { value: 500 }, 'quarantined'],
  ['an unknown unit', { unit: 'furlongs' }, 'quarantined'],
  ['a missing unit', { unit: '' }, 'quarantined'],
  ['the future', { end: '2026-07-06T12:06:00Z' }, 'quarantined'],
  ['a start behind its end', { start: '2026-07-06T11:00:00Z', end: '2026-07-06T10:00:00Z' }, 'quarantined'],
  ['more than 400 days ago', { end: '2025-05-01T00:00:00Z' }, 'dropped'],
])('sets aside %s', (_, more, kind) => {
  const given = {
    metric: 'heart_rate',
    value: 60,
    unit: 'bpm',
    end: '2026-07-06T10:00:00Z',
    raw: {},
    ...more,
  };
  expect(classifyPoint(given, arrivalMs)).toMatchObject({ kind });
});
