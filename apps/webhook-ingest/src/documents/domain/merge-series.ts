import { maxReadings, parseTimestamp, type Reading } from '@bridge/contracts';
import { identityOf, type NormalPoint } from './classify-point.ts';

/** The points of an hour that were published as one event, and how often they were corrected. */
export type SeriesPart = {
  readonly part: number;
  readonly version: number;
  readonly readings: readonly Reading[];
};

/** A part to publish: new, or corrected with its full content. */
export type PartChange = SeriesPart & {
  /** The new or corrected points. */
  readonly because: readonly NormalPoint[];
};

export type PointOutcome = 'new' | 'duplicate' | 'corrected';

export type SeriesMerge = {
  readonly parts: readonly SeriesPart[];
  readonly changes: readonly PartChange[];
  /** Of each point, in order. */
  readonly outcomes: readonly PointOutcome[];
};

/** Conversions between units leave noise behind. */
const sameWithin = 1e-6;

type Known = { readonly part: number; readonly at: number };

/**
 * Points have no ids, and windows overlap. New points become new parts: if they corrected an older part, live data would be
 * nothing but corrections. A known point with another value or another motion corrects its part, once however many of its
 * points changed; the same again changes nothing. Who does not know the motion does not deny it: not every export says it.
 */
export function mergeSeries(known: readonly SeriesPart[], points: readonly NormalPoint[]): SeriesMerge {
  const places = placesOf(known);
  const corrections = new Map<number, Map<number, NormalPoint>>();
  const fresh = new Map<string, NormalPoint>();
  const outcomes = points.map((point): PointOutcome => {
    const place = places.get(point.identity);
    if (place === undefined) {
      const isNew = !fresh.has(point.identity);
      // Twice in one batch: the last one counts.
      fresh.set(point.identity, point);
      return isNew ? 'new' : 'duplicate';
    }
    const corrected = corrections.get(place.part);
    const now = corrected?.get(place.at)?.reading ?? known[place.part]?.readings[place.at];
    if (now !== undefined && isSame(now, point.reading)) return 'duplicate';
    if (corrected === undefined) corrections.set(place.part, new Map([[place.at, point]]));
    else corrected.set(place.at, point);
    return 'corrected';
  });
  const corrected = [...corrections].map(([index, changed]) => correct(known[index], changed));
  const added = chunks([...fresh.values()]).map((because, nr): PartChange => ({
    part: known.length + nr,
    version: 0,
    readings: because.map(({ reading }) => reading),
    because,
  }));
  const changes = [...corrected.flatMap((change) => change ?? []), ...added];
  const changed = new Map(changes.map((change) => [change.part, change]));
  const parts = [...known.map((part) => changed.get(part.part) ?? part), ...added];
  return {
    parts: parts.map(({ part, version, readings }) => ({ part, version, readings })),
    changes,
    outcomes,
  };
}

/** Where each known point is, by its identity. */
function placesOf(known: readonly SeriesPart[]): Map<string, Known> {
  const places = new Map<string, Known>();
  for (const [part, { readings }] of known.entries()) {
    for (const [at, reading] of readings.entries()) {
      const endMs = parseTimestamp(reading.end ?? '')?.epochMs;
      if (endMs !== undefined) places.set(identityOf(reading, endMs), { part, at });
    }
  }
  return places;
}

function correct(
  part: SeriesPart | undefined,
  changed: ReadonlyMap<number, NormalPoint>,
): PartChange | undefined {
  if (part === undefined) return undefined;
  return {
    part: part.part,
    version: part.version + 1,
    readings: part.readings.map((reading, at) => {
      const now = changed.get(at)?.reading;
      if (now === undefined) return reading;
      return reading.motion === undefined ? now : { motion: reading.motion, ...now };
    }),
    because: [...changed.values()],
  };
}

function chunks(points: readonly NormalPoint[]): NormalPoint[][] {
  const sorted = [...points].sort((one, two) => one.endMs - two.endMs);
  return Array.from({ length: Math.ceil(sorted.length / maxReadings) }, (_, nr) =>
    sorted.slice(nr * maxReadings, (nr + 1) * maxReadings),
  );
}

function isSame(known: Reading, now: Reading): boolean {
  if (now.motion !== undefined && now.motion !== known.motion) return false;
  const [one, two] = [known.value, now.value];
  return Math.abs(one - two) <= sameWithin * Math.max(Math.abs(one), Math.abs(two));
}
