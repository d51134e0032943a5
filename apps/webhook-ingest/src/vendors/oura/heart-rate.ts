import { withZuluForZero, type Context } from '@bridge/contracts';
import { z } from 'zod';
import { momentField } from '../../documents/domain/fields.ts';
import type { SeriesPoint } from '../../documents/domain/series-point.ts';
import type { SeriesPoints } from '../data-type.ts';
import { isPlaceholder } from './is-placeholder.ts';

const pointSchema = z.looseObject({
  timestamp: momentField,
  bpm: z.number(),
  source: z.unknown().optional(),
});

/** Of a point whose `source` is not here nothing is known. */
const contexts: ReadonlyMap<string, Context> = new Map([
  ['sleep', 'sleep'],
  ['rest', 'rest'],
  ['session', 'rest'],
  ['workout', 'active'],
]);

/**
 * The items of a `heartrate` list as points of a series: they have no ids. Placeholders are left out; plausibility is
 * judged where the points become events.
 */
export function readHeartRate(items: readonly unknown[]): SeriesPoints {
  const points: SeriesPoint[] = [];
  const unreadable: unknown[] = [];
  for (const raw of items) {
    if (isPlaceholder(raw)) continue;
    const read = pointSchema.safeParse(raw);
    if (!read.success) unreadable.push(raw);
    // Zero is a gap.
    else if (read.data.bpm !== 0) points.push(toPoint(read.data, raw));
  }
  return { points, unreadable };
}

/** Oura gives these times in UTC, spelled `+00:00`, for people anywhere: `Z` does not say that they are in Greenwich. */
function toPoint({ timestamp, bpm, source }: z.output<typeof pointSchema>, raw: unknown): SeriesPoint {
  const context = typeof source === 'string' ? contexts.get(source) : undefined;
  const point = { metric: 'heart_rate', end: withZuluForZero(timestamp.text), value: bpm, unit: '/min', raw };
  return context === undefined ? point : { ...point, context };
}
