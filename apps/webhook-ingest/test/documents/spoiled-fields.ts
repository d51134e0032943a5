import type { Reading } from '@bridge/contracts';
import { metricNamed } from '@bridge/contracts';
import { expect } from 'vitest';
import { classifyObject, type ObjectOutcome } from '../../src/documents/domain/classify-object.ts';
import { unknownZone } from '../../src/documents/domain/person-zone.ts';
import type { NormalizedDocument } from '../../src/documents/domain/normalized.ts';
import { arrival, objectFrom } from './event-from.ts';

export type Json = Readonly<Record<string, unknown>>;

export const spoils = ['removed', 'null', 'zero', 'text', 'number as text'] as const;
export type Spoil = (typeof spoils)[number];

type Case = {
  readonly document: Json;
  /** The names on the way to the field. */
  readonly path: readonly string[];
  readonly spoil: Spoil;
};

export type Rules = {
  readonly source: string;
  readonly normalize: (document: unknown) => NormalizedDocument;
  /** Whether the spoiled field says which object it is, or that it does not count. */
  readonly deciding: (path: string, spoil: Spoil) => boolean;
  /** Beside the field that a reading names: the fields that it follows from. */
  readonly alsoFrom: (readingPath: string) => readonly string[];
};

/** The ways to every field of a document, at any depth. */
export function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => [
    [key],
    ...pathsOf(inner).map((rest) => [key, ...rest]),
  ]);
}

/** The document with one field spoiled. */
export function spoiled(document: Json, path: readonly string[], spoil: Spoil): Json {
  const changed =
    spoil === 'removed' ? without(document, path) : withValue(document, path, valueOf(document, path, spoil));
  return changed as Json;
}

/** The document with one field spoiled keeps every other reading, has no wrong value and keeps a true zero. */
export function expectOthersKept(rules: Rules, { document, path, spoil }: Case): void {
  const { source, normalize, alsoFrom } = rules;
  const name = path.join('.');
  if (rules.deciding(name, spoil)) return;
  const whole = readingsByPath(source, normalize(document));
  const outcome = classify(source, normalize(spoiled(document, path, spoil)));
  const others = [...whole].filter(([readingPath]) => !touches(name, readingPath, alsoFrom(readingPath)));
  if (outcome.kind !== 'versions') {
    expect(others, `${name} ${spoil}: ${JSON.stringify(outcome)}`).toEqual([]);
    return;
  }
  const got = outcome.parts.flatMap(({ event }) => event.readings);
  const label = `${name} ${spoil}`;
  for (const [, { metric, value, statistic }] of others) {
    const kept = got.some(
      (one) => one.metric === metric && one.value === value && one.statistic === statistic,
    );
    expect(kept, `${label} keeps ${metric} ${String(value)}`).toBe(true);
  }
  const right = new Set([...whole.values()].map(({ metric, value }) => `${metric} ${String(value)}`));
  const named = whole.get(name);
  for (const { metric, value } of got) {
    const isTrueZero = spoil === 'zero' && value === 0 && (metricNamed(metric)?.min ?? 1) <= 0;
    const isSum = metric === 'sleep_duration' && spoil === 'zero';
    expect(
      right.has(`${metric} ${String(value)}`) || isTrueZero || isSum,
      `${label} makes ${metric} ${String(value)}`,
    ).toBe(true);
  }
  const isNumber = typeof valueAt(document, path) === 'number';
  if (spoil !== 'zero' || !isNumber || named === undefined || !keepsZero(named.metric)) return;
  expect(
    got.some(({ metric, value }) => metric === named.metric && value === 0),
    `${label} stays`,
  ).toBe(true);
}

/** The sum of a night's stages is never zero, and neither is the bed in which somebody slept. */
function keepsZero(metric: string): boolean {
  return (metricNamed(metric)?.min ?? 1) <= 0 && metric !== 'sleep_duration' && metric !== 'time_in_bed';
}

function touches(spoiled: string, readingPath: string, alsoFrom: readonly string[]): boolean {
  return [readingPath, ...alsoFrom].some((one) => one === spoiled || one.startsWith(`${spoiled}.`));
}

function classify(source: string, normalized: NormalizedDocument): ObjectOutcome {
  const rawSha256 = '0'.repeat(64);
  return classifyObject(normalized, {
    source,
    userId: 'u',
    arrivalMs: arrival,
    rawSha256,
    zone: unknownZone,
  });
}

/** What an undamaged document publishes, by the field from which it comes. */
function readingsByPath(source: string, normalized: NormalizedDocument): ReadonlyMap<string, Reading> {
  const outcome = classify(source, normalized);
  if (outcome.kind !== 'versions') throw new Error(`is ${JSON.stringify(outcome)}`);
  const readings = outcome.parts.flatMap(({ event }) => event.readings);
  const given = objectFrom(normalized).readings;
  expect(readings).toHaveLength(given.length);
  return new Map(readings.map((reading, at) => [given[at]?.path ?? '', reading]));
}

function valueOf(document: Json, path: readonly string[], spoil: Spoil): unknown {
  if (spoil === 'null') return null;
  if (spoil === 'zero') return 0;
  if (spoil === 'text') return 'x';
  return String(valueAt(document, path));
}

function valueAt(document: Json, path: readonly string[]): unknown {
  return path.reduce<unknown>((within, key) => Reflect.get(Object(within), key), document);
}

function withValue(within: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(within))
    return (within as unknown[]).map((item, at) =>
      String(at) === key ? withValue(item, rest, value) : item,
    );
  const fields = within as Json;
  return { ...fields, [key]: withValue(fields[key], rest, value) };
}

function without(within: unknown, [key = '', ...rest]: readonly string[]): unknown {
  if (rest.length > 0) {
    if (Array.isArray(within))
      return (within as unknown[]).map((item, at) => (String(at) === key ? without(item, rest) : item));
    return { ...(within as Json), [key]: without((within as Json)[key], rest) };
  }
  if (Array.isArray(within))
    return (within as unknown[]).map((item, at) => (String(at) === key ? null : item));
  return Object.fromEntries(Object.entries(within as Json).filter(([name]) => name !== key));
}
