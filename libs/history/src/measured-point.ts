import {
  metricNamed,
  parseTimestamp,
  type BiometricEvent,
  type Context,
  type Motion,
  type Reading,
  type Statistic,
} from '@bridge/contracts';

/** One reading with its times in ms since 1970. */
export type MeasuredPoint = {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** Absent for a reading without an interval. */
  readonly start: number | undefined;
  readonly end: number;
  /** The moment that decides its bin and its day. */
  readonly at: number;
  readonly source: string;
  readonly device: string | undefined;
  readonly context: Context | undefined;
  readonly statistic: Statistic | undefined;
  readonly motion: Motion | undefined;
};

/** The value of an interval this long stands for a day, so its middle counts. */
const dailyFromMs = 12 * 3_600_000;

/** The readings of an event, without those whose time cannot be read. */
export function pointsOf(event: BiometricEvent): MeasuredPoint[] {
  const own = parseTimestamp(event.timestamp)?.epochMs;
  return event.readings.flatMap((reading) => {
    const end = reading.end === undefined ? own : parseTimestamp(reading.end)?.epochMs;
    if (end === undefined) return [];
    const start = reading.start === undefined ? undefined : parseTimestamp(reading.start)?.epochMs;
    return [pointOf(event, reading, start !== undefined && start < end ? start : undefined, end)];
  });
}

function pointOf(
  event: BiometricEvent,
  reading: Reading,
  start: number | undefined,
  end: number,
): MeasuredPoint {
  const { metric, value, unit, context, statistic, motion } = reading;
  return {
    metric,
    value,
    unit,
    start,
    end,
    at: momentOf(reading, start, end),
    source: event.source,
    device: event.device_id,
    context,
    statistic,
    motion,
  };
}

/** An interval ends before its end: at midnight it belongs to the day that is over. */
function momentOf({ context }: Reading, start: number | undefined, end: number): number {
  if (start === undefined) return end;
  const length = end - start;
  return context !== 'sleep' && length >= dailyFromMs ? end - Math.floor(length / 2) : end - 1;
}

/** Charts draw samples, means and sums; a minimum or a deviation is of another kind. */
export function isCharted({ statistic }: Pick<MeasuredPoint, 'statistic'>): boolean {
  return (
    statistic === undefined ||
    statistic === 'average' ||
    statistic === 'median' ||
    statistic === 'sum' ||
    statistic === 'count'
  );
}

/** Of metrics that the dictionary does not know, the unit that came with the reading. */
export function unitOf(metric: string, otherwise = '1'): string {
  return metricNamed(metric)?.unit ?? otherwise;
}
