import { maxSeriesPoints, metricNamed, resolutions, type Resolution } from '@bridge/contracts';
import { refused, type Refusal } from './history-result.ts';

export type SeriesRequest = {
  readonly metric: string;
  /** In ms since 1970; absent: seven days before `to`. */
  readonly from?: number | undefined;
  /** Absent: now. */
  readonly to?: number | undefined;
  readonly resolution: Resolution | 'auto';
};

export type SeriesPlan = {
  readonly kind: 'plan';
  readonly metric: string;
  readonly unit: string;
  readonly from: number;
  readonly to: number;
  readonly resolution: Resolution;
};

const minuteMs = 60_000;
export const widthMs: Readonly<Record<Resolution, number>> = {
  '5m': 5 * minuteMs,
  '1h': 60 * minuteMs,
  '1d': 1_440 * minuteMs,
};

const defaultSpanMs = 7 * widthMs['1d'];
/** Years before this have no wearables. */
const earliest = Date.UTC(2000, 0, 1);

/** The span and resolution of a series, or why there is none. `auto`: the finest that has few enough points. */
export function planSeries(
  { metric, from, to, resolution }: SeriesRequest,
  now: number,
): SeriesPlan | Refusal {
  const known = metricNamed(metric);
  if (known === undefined) return refused('metric', 'must be a metric of the dictionary');
  const end = to ?? now;
  const begin = from ?? end - defaultSpanMs;
  if (begin >= end) return refused('from', 'must be before to');
  if (begin < earliest) return refused('from', 'must be in this century');
  // The bins at both ends are only partly inside.
  const fits = (one: Resolution) => (end - begin) / widthMs[one] <= maxSeriesPoints - 2;
  const chosen = resolution === 'auto' ? resolutions.find(fits) : resolution;
  if (chosen === undefined || !fits(chosen)) {
    const finest = resolutions.find(fits);
    const advice = finest === undefined ? 'ask for a shorter span' : `${finest} is the finest for this span`;
    return refused('resolution', `would give more than ${maxSeriesPoints} points: ${advice}`);
  }
  return { kind: 'plan', metric, unit: known.unit, from: begin, to: end, resolution: chosen };
}
