import { realOffset, type Context, type GivenReading, type MetricName } from '@bridge/contracts';
import { z } from 'zod';
import type { FieldReader } from '../../documents/domain/field-reader.ts';
import { withOffset } from '../../documents/domain/with-offset.ts';

type Surroundings = {
  /** The field of the document. */
  readonly path: string;
  readonly metric: MetricName;
  readonly unit: string;
  readonly context: Context;
  /** Items after this are not of the period; in milliseconds. Undefined: the end of the period is not known. */
  readonly untilMs: number | undefined;
};

const itemsField = z.array(z.unknown());
const intervalField = z.number().positive();

/**
 * Oura's series: one item every `interval` seconds from `timestamp` on, null where nothing was measured. Each item is one
 * measurement at the end of its interval. The last one ends with its period: as the newer of the two it would stand for
 * the night in place of the night's mean.
 */
export function samplesOf(
  read: FieldReader,
  { path, untilMs = Number.POSITIVE_INFINITY, ...reading }: Surroundings,
): GivenReading[] {
  const sample = read.within(path);
  const items = sample.field('items', itemsField, 'promised');
  const interval = sample.field('interval', intervalField, 'promised');
  const timestamp = sample.moment('timestamp', 'promised');
  if (items === undefined || interval === undefined || timestamp === undefined) return [];
  return items.flatMap((value, index) => {
    const from = timestamp.epochMs + index * interval * 1000;
    if (value === null || from >= untilMs) return [];
    const name = `${path}.items.${index}`;
    if (typeof value !== 'number') {
      read.lose({ why: 'unreadable', path: name, message: 'must be a number' });
      return [];
    }
    const to = Math.min(from + Math.max(1, Math.round(interval * 1000)), untilMs);
    return [{ ...reading, path: name, value, end: withOffset(to, realOffset(timestamp)) }];
  });
}
