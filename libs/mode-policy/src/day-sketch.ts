import { codeAt, encodeValue, valueOfCode } from './day-values.ts';
import type { Scale } from './lane-kinds.ts';
import { readVarints, varint } from './symbols.ts';

// The values of one day, small enough for a state. Up to `exactly` values are kept as they are, in order; more are
// counted in buckets. The same values give the same text, in whatever order they arrive. Text: `=` and the values, or
// `~`, the first bucket and the counts.

const exactly = 10;

export const emptySketch = '';

export function sketchOf(values: readonly number[], scale: Scale): string {
  let sketch = emptySketch;
  for (const value of values) sketch = addToSketch(sketch, value, scale);
  return sketch;
}

export function addToSketch(sketch: string, value: number, scale: Scale): string {
  const code = encodeValue(value, scale);
  if (sketch.startsWith('~')) return count(sketch, codeAt(code, 0), scale);
  const kept = sketch === emptySketch ? '=' : sketch;
  let at = 1;
  while (at < kept.length && kept.slice(at, at + code.length) < code) at += code.length;
  const all = kept.slice(0, at) + code + kept.slice(at);
  if (all.length <= 1 + code.length * exactly) return all;
  let counted = emptySketch;
  for (const one of exactCodes(all)) counted = count(counted, one, scale);
  return counted;
}

/** The median of the day; undefined when it has no values. */
export function medianOfSketch(sketch: string, scale: Scale): number | undefined {
  if (sketch === emptySketch) return undefined;
  // Most days have one value.
  if (sketch.length === 3) return valueOfCode(codeAt(sketch.slice(1), 0), scale);
  if (sketch.startsWith('=')) return medianOf(exactCodes(sketch).map((code) => valueOfCode(code, scale)));
  const [first = 0, ...counts] = readVarints(sketch, 1);
  const total = counts.reduce((sum, one) => sum + one, 0);
  const middle = (rank: number) => (first + bucketAtRank(counts, rank) + 0.5) * scale.bucket;
  return valueOfCode((middle((total - 1) >> 1) + middle(total >> 1)) / 2, scale);
}

/** NaN if there are no values. By insertion: there are a few dozen, for which a general sort takes ten times as long. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values];
  for (let at = 1; at < sorted.length; at += 1) {
    const value = sorted[at] as number;
    let to = at;
    for (; to > 0 && (sorted[to - 1] as number) > value; to -= 1) sorted[to] = sorted[to - 1] as number;
    sorted[to] = value;
  }
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}

function exactCodes(sketch: string): number[] {
  const values = sketch.slice(1);
  return Array.from({ length: values.length / 2 }, (_, index) => codeAt(values, index));
}

function count(sketch: string, code: number, scale: Scale): string {
  const bucket = Math.floor(code / scale.bucket);
  const [first = bucket, ...counts] = readVarints(sketch, 1);
  for (let one = bucket; one < first; one += 1) counts.unshift(0);
  const from = Math.min(first, bucket);
  while (counts.length < bucket - from) counts.push(0);
  counts.splice(bucket - from, 1, (counts[bucket - from] ?? 0) + 1);
  return `~${varint(from)}${counts.map(varint).join('')}`;
}

function bucketAtRank(counts: readonly number[], rank: number): number {
  let seen = 0;
  return counts.findIndex((one) => (seen += one) > rank);
}
