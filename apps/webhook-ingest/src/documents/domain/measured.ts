import type { GivenReading, MetricName } from '@bridge/contracts';

/** A field of a document as a reading; null and undefined: it was not measured. */
export type MeasuredField = Omit<GivenReading, 'metric' | 'value' | 'unit'> & {
  readonly metric: MetricName;
  readonly value: number | null | undefined;
  /** The payload's own. */
  readonly unit: string;
};

/** The readings of what was measured. */
export function measured(fields: readonly MeasuredField[]): GivenReading[] {
  return fields.flatMap(({ value, ...rest }) => (typeof value === 'number' ? [{ ...rest, value }] : []));
}
