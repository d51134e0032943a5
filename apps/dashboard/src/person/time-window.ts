import { isRange, rangeMs, spanOf, type Range } from '../format/time.ts';

/** The part of the time that a person's charts show. */
export type TimeWindow = {
  readonly range: Range;
  readonly from: string;
  readonly to: string;
  /** It ends now, so what comes belongs to it. */
  readonly isCurrent: boolean;
  /** The same while the end moves on with the time. */
  readonly key: string;
};

const minuteMs = 60_000;

/** From the parameters of the place; without an end it ends at the next full minute. */
export function windowIn(query: URLSearchParams, now: number): TimeWindow {
  const given = query.get('range') ?? '';
  const range = isRange(given) ? given : '1d';
  const end = Date.parse(query.get('to') ?? '');
  const isCurrent = Number.isNaN(end) || end >= now;
  const to = isCurrent ? Math.ceil(now / minuteMs) * minuteMs : end;
  const span = spanOf(range, to);
  return { range, ...span, isCurrent, key: `${range} ${isCurrent ? 'now' : span.to}` };
}

/** The end of the window before or after; undefined where that would be now or later. */
export function endAfter({ range, to }: TimeWindow, steps: -1 | 1, now: number): string | undefined {
  const end = Date.parse(to) + steps * rangeMs(range);
  return end >= now ? undefined : new Date(end).toISOString();
}
