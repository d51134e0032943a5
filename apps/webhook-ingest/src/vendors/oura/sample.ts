import type { Context, GivenReading, MetricName, Timestamp } from '@bridge/contracts';
import { z } from 'zod';
import { withOffset } from '../../documents/domain/with-offset.ts';
import { momentField } from '../../documents/domain/fields.ts';

/** Oura's series: one item every `interval` seconds from `timestamp` on, null where nothing was measured. */
export const sampleField = z
  .looseObject({
    interval: z.number().positive(),
    items: z.array(z.number().nullable()),
    timestamp: momentField,
  })
  .nullish();

type Sample = z.infer<typeof sampleField>;

type Surroundings = {
  readonly path: string;
  readonly metric: MetricName;
  readonly unit: string;
  readonly context: Context;
  /** Items after this are not of the period. */
  readonly until: Timestamp;
};

/**
 * Each item as one measurement at the end of its interval. The last one ends with its period: as the newer of the two it
 * would stand for the night in place of the night's mean.
 */
export function samplesOf(sample: Sample, { path, until, ...reading }: Surroundings): GivenReading[] {
  if (!sample) return [];
  const { interval, items, timestamp } = sample;
  return items.flatMap((value, index) => {
    const from = timestamp.epochMs + index * interval * 1000;
    if (value === null || from >= until.epochMs) return [];
    const to = Math.min(from + Math.max(1, Math.round(interval * 1000)), until.epochMs);
    return [
      { ...reading, path: `${path}.items.${index}`, value, end: withOffset(to, timestamp.offsetMinutes) },
    ];
  });
}
