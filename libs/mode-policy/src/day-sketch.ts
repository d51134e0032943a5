import { decodeValue, encodeValue } from './day-values.ts';
import { readVarints, varint } from './symbols.ts';

// The values of one day, small enough for a state. Up to `exactly` values are kept as they are, in order; more values
// are counted in buckets 3 % wide, so that the median stays within 2 %. The same values give the same text, in whatever
// order they arrive. Text: `=` and the values, or `~`, the first bucket and the counts.
const exactly = 10;
const width = Math.log(1.03);

export const emptySketch = '';

export function sketchOf(values: readonly number[]): string {
  return values.reduce(addToSketch, emptySketch);
}

export function addToSketch(sketch: string, value: number): string {
  const code = encodeValue(value);
  if (sketch.startsWith('~')) return count(sketch, decodeValue(code, 0));
  const kept = sketch === emptySketch ? '=' : sketch;
  let at = 1;
  while (at < kept.length && kept.slice(at, at + code.length) < code) at += code.length;
  const all = kept.slice(0, at) + code + kept.slice(at);
  return all.length <= 1 + code.length * exactly ? all : exactValues(all).reduce(count, emptySketch);
}

/** The median of the day; undefined when it has no values. */
export function medianOfSketch(sketch: string): number | undefined {
  if (sketch === emptySketch) return undefined;
  if (sketch.startsWith('=')) return medianOf(exactValues(sketch));
  const [bucket = 0, ...counts] = readVarints(sketch, 1);
  const total = counts.reduce((sum, one) => sum + one, 0);
  return (valueAtRank(bucket, counts, (total - 1) >> 1) + valueAtRank(bucket, counts, total >> 1)) / 2;
}

/** NaN if there are no values. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return (low + high) / 2;
}

function exactValues(sketch: string): number[] {
  const values = sketch.slice(1);
  return Array.from({ length: values.length / 2 }, (_, index) => decodeValue(values, index));
}

function count(sketch: string, value: number): string {
  const bucket = Math.round(Math.log(Math.max(value, 1)) / width);
  const [first = bucket, ...counts] = readVarints(sketch, 1);
  for (let one = bucket; one < first; one += 1) counts.unshift(0);
  const from = Math.min(first, bucket);
  while (counts.length < bucket - from) counts.push(0);
  counts.splice(bucket - from, 1, (counts[bucket - from] ?? 0) + 1);
  return `~${varint(from)}${counts.map(varint).join('')}`;
}

function valueAtRank(first: number, counts: readonly number[], rank: number): number {
  let seen = 0;
  const index = counts.findIndex((one) => (seen += one) > rank);
  return Math.exp((first + index) * width);
}
