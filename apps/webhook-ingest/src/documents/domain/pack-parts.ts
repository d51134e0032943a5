import { metricNamed, type Context, type Motion, type Reading, type Statistic } from '@bridge/contracts';
import type { SeriesPart } from './merge-series.ts';

/** Value, end, start, context, statistic, motion: what an hour's points do not share. Trailing nulls are left out. */
type PackedReading = readonly [
  value: number,
  end: string,
  start?: string | null,
  context?: Context | null,
  statistic?: Statistic | null,
  motion?: Motion | null,
];

/** Part, version, readings: a third of the size of readings as events have them. */
export type PackedPart = readonly [part: number, version: number, readings: readonly PackedReading[]];

export function packParts(parts: readonly SeriesPart[]): PackedPart[] {
  return parts.map(({ part, version, readings }) => [part, version, readings.map(pack)]);
}

/** @param metric Of all of them; their unit is the dictionary's. */
export function unpackParts(metric: string, packed: readonly PackedPart[]): SeriesPart[] {
  const unit = metricNamed(metric)?.unit ?? '';
  return packed.map(([part, version, readings]) => ({
    part,
    version,
    readings: readings.map(([value, end, start, context, statistic, motion]): Reading => ({
      metric,
      value,
      unit,
      ...(start != null && { start }),
      end,
      ...(context != null && { context }),
      ...(statistic != null && { statistic }),
      ...(motion != null && { motion }),
    })),
  }));
}

function pack({ value, end = '', start, context, statistic, motion }: Reading): PackedReading {
  if (motion !== undefined) return [value, end, start ?? null, context ?? null, statistic ?? null, motion];
  if (statistic !== undefined) return [value, end, start ?? null, context ?? null, statistic];
  if (context !== undefined) return [value, end, start ?? null, context];
  return start === undefined ? [value, end] : [value, end, start];
}
