import { utc, type NewestReading } from '@bridge/contracts';
import type { MeasuredPoint } from './measured-point.ts';

/** The newest reading of each metric and device. Of equal times a plain value counts rather than a minimum or a maximum. */
export function newestOf(points: Iterable<MeasuredPoint>): MeasuredPoint[] {
  const newest = new Map<string, MeasuredPoint>();
  for (const point of points) {
    const key = `${point.metric} ${point.source} ${point.device ?? ''}`;
    const known = newest.get(key);
    if (known === undefined || isNewer(point, known)) newest.set(key, point);
  }
  return [...newest.values()].sort((a, b) =>
    a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : b.end - a.end,
  );
}

function isNewer(point: MeasuredPoint, known: MeasuredPoint): boolean {
  if (point.end !== known.end) return point.end > known.end;
  return isPlain(point) && !isPlain(known);
}

function isPlain({ statistic }: MeasuredPoint): boolean {
  return statistic === undefined || statistic === 'average' || statistic === 'median';
}

export function newestReading(point: MeasuredPoint): NewestReading {
  const { metric, value, unit, start, end, source, device, context, statistic, motion } = point;
  return {
    metric,
    value,
    unit,
    at: utc(start ?? end),
    ...(start !== undefined && { end: utc(end) }),
    source,
    ...(device !== undefined && { device_id: device }),
    ...(context !== undefined && { context }),
    ...(statistic !== undefined && { statistic }),
    ...(motion !== undefined && { motion }),
  };
}
