import { decodeValue, encodeValue } from './day-values.ts';
import { readVarints, varint } from './symbols.ts';

// The values of one day, small enough for a state. Up to `exactly` values are kept as they are; beyond that they are
// counted in buckets that are 3 % wide, so that the median stays within 2 %. Text: `=` and the values, or `~`, the
// first bucket and the count of each bucket from there.
const exactly = 10;
const width = Math.log(1.03);

export const emptySketch = '';

export function sketchOf(values: readonly number[]): string {
  return values.reduce(addToSketch, emptySketch);
}

export function addToSketch(sketch: string, value: number): string {
  if (sketch.startsWith('~')) return count(sketch, value);
  const kept = sketch === emptySketch ? '=' : sketch;
  if (kept.length < 1 + 2 * exactly) return kept + encodeValue(value);
  return [...exactValues(kept), value].reduce(count, emptySketch);
}

/** The median of the day; undefined when it has no values. */
export function medianOfSketch(sketch: string): number | undefined {
  if (sketch === emptySketch) return undefined;
  if (sketch.startsWith('=')) return medianOf(exactValues(sketch));
  const [bucket = 0, ...counts] = readVarints(sketch, 1);
  const total = counts.reduce((sum, one) => sum + one, 0);
  return (valueAtRank(bucket, counts, (total - 1) >> 1) + valueAtRank(bucket, counts, total >> 1)) / 2;
}

export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[(sorted.length - 1) >> 1];
  const high = sorted[sorted.length >> 1];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function exactValues(sketch: string): number[] {
  const values = sketch.slice(1);
  return Array.from({ length: values.length / 2 }, (_, index) => decodeValue(values, index));
}

function count(sketch: string, value: number): string {
  const bucket = Math.round(Math.log(Math.max(value, 1)) / width);
  const [start = bucket, ...counts] = sketch === emptySketch ? [] : readVarints(sketch, 1);
  const from = Math.min(start, bucket);
  const all = [...new Array<number>(start - from).fill(0), ...counts];
  while (all.length <= bucket - from) all.push(0);
  all[bucket - from] = (all[bucket - from] ?? 0) + 1;
  return `~${varint(from)}${all.map(varint).join('')}`;
}

function valueAtRank(first: number, counts: readonly number[], rank: number): number {
  let seen = 0;
  const index = counts.findIndex((one) => (seen += one) > rank);
  return Math.exp((first + index) * width);
}
