import { laneNumber } from './lane-kinds.ts';
import { newestDay, valuesBetween } from './baseline-series.ts';
import type { LaneDay } from './history.ts';
import type { Pattern } from './patterns.ts';
import type { Lane } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { tidy } from './rule.ts';
import { bySource } from './usual.ts';

export type NightInsights = {
  /** For the state: a letter each for band, trend and weekly variation, to recognise later changes. */
  readonly nights: string;
  readonly patterns: readonly Pattern[];
};

const kind = laneNumber('rmssd_sleep');

/** Band, trend and variation of the nights' RMSSD of the primary source, after one of its nights has changed. */
export function nightInsights(
  before: string,
  lanes: readonly Lane[],
  changed: readonly LaneDay[],
  policy: PolicyValues,
): NightInsights {
  const night = changed.find((place) => place.kind === kind);
  if (night === undefined) return { nights: before, patterns: [] };
  // There is room for the lane that changed last.
  const lane = bySource(lanes, 'rmssd_sleep', night.day, policy)[0] as Lane;
  const side = bandSide(lane, policy);
  if (lane[1] !== night.source || side === undefined) return { nights: before, patterns: [] };
  const trend = trendOf(lane, policy);
  const variation = weeklyCv(lane, policy);
  const patterns: Pattern[] = [];
  const [wasSide, wasTrend, wasVaried] = before;
  if (side !== 'inside' && wasSide !== side.charAt(0)) patterns.push({ kind: 'band_exit', side });
  if (side === 'inside' && (wasSide === 'a' || wasSide === 'b')) patterns.push({ kind: 'band_return' });
  if (trend !== 'steady' && wasTrend !== trend.charAt(0)) patterns.push({ kind: 'trend', direction: trend });
  if (variation !== undefined && wasVaried !== 'v') patterns.push(variation);
  return { nights: side.charAt(0) + trend.charAt(0) + (variation === undefined ? '-' : 'v'), patterns };
}

type Moments = { readonly mean: number; readonly sd: number };

/** Mean and standard deviation (n − 1). */
function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean: tidy(mean), sd: tidy(Math.sqrt(squares / (values.length - 1))) };
}

/** The last nights against the month before. */
function bandSide(lane: Lane, { thresholds }: PolicyValues): 'below' | 'inside' | 'above' | undefined {
  const { band } = thresholds.patterns;
  const { window_days, days_at_least } = thresholds.usual;
  const day = newestDay(lane);
  const week = valuesBetween(lane, day - band.nights + 1, day);
  const month = valuesBetween(lane, day - window_days, day - 1);
  if (week.length < band.nights_at_least || month.length < days_at_least) return undefined;
  const { mean } = momentsOf(week);
  const usual = momentsOf(month);
  if (mean < usual.mean - band.sd * usual.sd) return 'below';
  return mean > usual.mean + band.sd * usual.sd ? 'above' : 'inside';
}

/** Compares the later half of the nights with the earlier half. */
function trendOf(lane: Lane, { thresholds }: PolicyValues): 'falling' | 'rising' | 'steady' {
  const { trend, band } = thresholds.patterns;
  const half = Math.floor(trend.nights / 2);
  const day = newestDay(lane);
  const late = valuesBetween(lane, day - half + 1, day);
  const early = valuesBetween(lane, day - 2 * half + 1, day - half);
  if (late.length < band.nights_at_least || early.length < band.nights_at_least) return 'steady';
  const moved = momentsOf(late).mean - momentsOf(early).mean;
  if (Math.abs(moved) <= trend.sd * momentsOf([...early, ...late]).sd) return 'steady';
  return moved < 0 ? 'falling' : 'rising';
}

function weeklyCv(lane: Lane, { thresholds }: PolicyValues): Pattern | undefined {
  const { above_percent, nights_at_least } = thresholds.patterns.weekly_cv;
  const day = newestDay(lane);
  const week = valuesBetween(lane, day - 6, day);
  if (week.length < nights_at_least) return undefined;
  const { mean, sd } = momentsOf(week);
  const percent = mean > 0 ? (100 * sd) / mean : 0;
  if (percent <= above_percent) return undefined;
  return { kind: 'weekly_cv', percent: Math.round(percent), nights: week.length };
}
