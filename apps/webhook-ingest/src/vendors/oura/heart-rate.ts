import { parseTimestamp, utc, withZuluForZero, type Context } from '@bridge/contracts';
import { z } from 'zod';
import { momentField } from '../../documents/domain/fields.ts';
import type { SeriesPoint } from '../../documents/domain/series-point.ts';
import type { SeriesPoints } from '../data-type.ts';
import { isPlaceholder } from './is-placeholder.ts';

/** Milliseconds since 1970. Smaller numbers would be seconds, which Oura does not send. */
const unixField = z
  .int()
  .min(1e12)
  .max(1e13)
  .transform((ms) => parseTimestamp(utc(ms)));

const pointSchema = z.looseObject({
  timestamp: momentField.optional().catch(undefined),
  /** The same time again, in newer answers. */
  timestamp_unix: unixField.optional().catch(undefined),
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
    const { data } = pointSchema.safeParse(raw);
    const time = data?.timestamp ?? data?.timestamp_unix;
    if (data === undefined || time === undefined) unreadable.push(raw);
    // Zero is a gap.
    else if (data.bpm !== 0) points.push(toPoint(data, time.text, raw));
  }
  return { points, unreadable };
}

/** Oura gives these times in UTC, spelled `+00:00`, for people anywhere: `Z` does not say that they are in Greenwich. */
function toPoint({ bpm, source }: z.output<typeof pointSchema>, time: string, raw: unknown): SeriesPoint {
  const context = typeof source === 'string' ? contexts.get(source) : undefined;
  const point = { metric: 'heart_rate', end: withZuluForZero(time), value: bpm, unit: '/min', raw };
  return context === undefined ? point : { ...point, context };
}
