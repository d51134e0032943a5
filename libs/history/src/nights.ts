import { utc, type BiometricEvent, type Night } from '@bridge/contracts';
import { pointsOf } from './measured-point.ts';

/** A night without its date, which the person's calendar says. Times in ms since 1970. */
export type NightRecord = Omit<Night, 'date' | 'start' | 'end'> & {
  readonly start: number;
  readonly end: number;
};

/** The night that an event of type `sleep` tells of; undefined for other events, and for one without a length. */
export function nightOf(event: BiometricEvent): NightRecord | undefined {
  if (event.event_type !== 'sleep') return undefined;
  const points = pointsOf(event);
  const end = points.reduce((latest, point) => Math.max(latest, point.end), -Infinity);
  const start = points.reduce(
    (first, point) => Math.min(first, point.start ?? startByLength(point)),
    Infinity,
  );
  if (!Number.isFinite(end) || !Number.isFinite(start)) return undefined;
  return {
    start,
    end,
    source: event.source,
    ...(event.device_id !== undefined && { device_id: event.device_id }),
    // A series within the night is a chart of its own.
    readings: points.filter(spansMostOf(start, end)).map(({ metric, value, unit, statistic }) => {
      return { metric, value, unit, ...(statistic !== undefined && { statistic }) };
    }),
  };
}

/** Without an interval a night is as long as its sleep. */
function startByLength({ metric, value, end }: { metric: string; value: number; end: number }): number {
  return metric === 'sleep_duration' ? end - value * 1_000 : end;
}

function spansMostOf(from: number, to: number) {
  return ({ start, end }: { readonly start: number | undefined; readonly end: number }): boolean =>
    start === undefined ? end === to : end - start >= (to - from) / 2;
}

export function nightDocument(night: NightRecord, date: string): Night {
  const { start, end, source, readings } = night;
  return {
    date,
    start: utc(start),
    end: utc(end),
    source,
    ...(night.device_id !== undefined && { device_id: night.device_id }),
    readings: [...readings],
  };
}
