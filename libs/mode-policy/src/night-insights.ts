import { logMoments, valuesBefore } from './baseline.ts';
import { findSeries, seriesNumber, newestDay } from './baseline-series.ts';
import type { BaselineSeries } from './person-state.ts';
import type { Insight, Pattern } from './patterns.ts';
import type { PolicyValues } from './policy-values.ts';
import { nightSlot, type SeenMetric } from './slots.ts';

export type NightInsights = {
  /** For the state: one letter for the band and one for the trend, to recognise later changes. */
  readonly nights: string;
  readonly patterns: readonly Pattern[];
  readonly insights: readonly Insight[];
};

/** Band and trend of the nights' RMSSD after a night has changed. Empty while there are too few nights. */
export function nightInsights(
  before: string,
  allSeries: readonly BaselineSeries[],
  policy: PolicyValues,
): NightInsights {
  const series = nightSeries(allSeries);
  const band = series === undefined ? undefined : bandOf(series, policy);
  if (series === undefined || band === undefined) return { nights: before, patterns: [], insights: [] };
  const trend = trendOf(series, policy);
  const nights = band.side.charAt(0) + trend.charAt(0);
  const patterns: Pattern[] = [];
  if (band.side !== 'inside' && before.charAt(0) !== band.side.charAt(0)) {
    patterns.push({ kind: 'band_exit', side: band.side });
  }
  if (band.side === 'inside' && /^[ab]/.test(before)) patterns.push({ kind: 'band_return' });
  if (trend !== 'steady' && before.charAt(1) !== trend.charAt(0)) {
    patterns.push({ kind: 'trend', direction: trend });
  }
  return { nights, patterns, insights: [band, ...weeklyCv(series, policy)] };
}

const nightMetric: SeenMetric = 'hrv_rmssd';

/** The series of nights with the newest day; of equally new ones means come before samples. */
function nightSeries(allSeries: readonly BaselineSeries[]): BaselineSeries | undefined {
  const slot = nightSlot(nightMetric);
  let found: BaselineSeries | undefined;
  for (const statistic of ['average', 'median', 'sample'] as const) {
    const series = findSeries(allSeries, seriesNumber(slot, statistic));
    if (series !== undefined && (found === undefined || newestDay(series) > newestDay(found))) found = series;
  }
  return found;
}

function bandOf(
  series: BaselineSeries,
  policy: PolicyValues,
): Extract<Insight, { kind: 'hrv_band' }> | undefined {
  const { band, window_days, days_at_least } = policy.thresholds.baselines;
  const week = valuesBefore(series, newestDay(series) + 1, band.nights);
  const month = valuesBefore(series, newestDay(series), window_days);
  if (week.length < band.nights_at_least || month.length < days_at_least) return undefined;
  const { mean } = logMoments(week);
  const usual = logMoments(month);
  const low = usual.mean - band.sd * usual.sd;
  const high = usual.mean + band.sd * usual.sd;
  const side = mean < low ? 'below' : mean > high ? 'above' : 'inside';
  return { kind: 'hrv_band', side, mean, low, high };
}

/** Compares the later half of the nights with the earlier half. */
function trendOf(series: BaselineSeries, policy: PolicyValues): 'falling' | 'rising' | 'steady' {
  const { trend } = policy.thresholds.patterns;
  const { nights_at_least } = policy.thresholds.baselines.band;
  const half = Math.floor(trend.nights / 2);
  const late = valuesBefore(series, newestDay(series) + 1, half);
  const early = valuesBefore(series, newestDay(series) + 1 - half, half);
  if (late.length < nights_at_least || early.length < nights_at_least) return 'steady';
  const moved = logMoments(late).mean - logMoments(early).mean;
  if (Math.abs(moved) <= trend.sd * logMoments([...early, ...late]).sd) return 'steady';
  return moved < 0 ? 'falling' : 'rising';
}

function weeklyCv(series: BaselineSeries, policy: PolicyValues): Insight[] {
  const week = valuesBefore(series, newestDay(series) + 1, policy.thresholds.baselines.band.nights);
  const { mean, sd } = logMoments(week);
  if (mean <= 0) return [];
  return [{ kind: 'hrv_weekly_cv', percent: (100 * sd) / mean, nights: week.length }];
}
