import type { Context } from '@bridge/contracts';
import { z } from 'zod';
import { momentField } from '../documents/fields.ts';
import type { SeriesPoint } from '../series/series-point.ts';

const pointSchema = z.looseObject({
  timestamp: momentField,
  bpm: z.number(),
  source: z.string().nullish(),
});

/** Of a point whose `source` is not here nothing is known. */
const contexts: ReadonlyMap<string, Context> = new Map([
  ['sleep', 'sleep'],
  ['rest', 'rest'],
  ['session', 'rest'],
  ['workout', 'active'],
]);

/**
 * The items of a `heartrate` list as points of a series: they have no ids. What is no point is left out; plausibility is
 * judged where the points become events.
 */
export function normalizeOuraHeartRate(points: readonly unknown[]): SeriesPoint[] {
  return points.flatMap((raw) => {
    const read = pointSchema.safeParse(raw);
    if (!read.success) return [];
    const { timestamp, bpm, source } = read.data;
    const context = contexts.get(source ?? '');
    const point = { metric: 'heart_rate', end: timestamp.text, value: bpm, unit: '/min', raw };
    return [context === undefined ? point : { ...point, context }];
  });
}
