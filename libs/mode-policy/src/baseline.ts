import { medianOf } from './day-sketch.ts';
import { valueOn } from './baseline-series.ts';
import type { BaselineSeries, Past } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';

/** A person's usual value: the median of daily values and their raw median absolute deviation. */
export type Baseline = { readonly centre: number; readonly spread: number; readonly days: number };

type CachedBaseline = { readonly policy: PolicyValues; readonly baseline: Baseline | undefined };

/** Baselines of the newest days. Their values change once a day, but every event needs them. */
const cachedBaselines = new WeakMap<Past, CachedBaseline>();

/** The baseline of the days before the given one; undefined when too few of them have a value. */
export function baselineBefore(
  series: BaselineSeries | undefined,
  day: number,
  policy: PolicyValues,
): Baseline | undefined {
  if (series === undefined) return undefined;
  const past = series[1];
  if (day !== past[0]) return baselineOf(series, day, policy);
  const known = cachedBaselines.get(past);
  if (known?.policy === policy) return known.baseline;
  const baseline = baselineOf(series, day, policy);
  cachedBaselines.set(past, { policy, baseline });
  return baseline;
}

function baselineOf(series: BaselineSeries, day: number, { thresholds }: PolicyValues): Baseline | undefined {
  const { window_days, days_at_least } = thresholds.baselines;
  const values = valuesBefore(series, day, window_days);
  if (values.length < days_at_least) return undefined;
  const centre = medianOf(values);
  const spread = medianOf(values.map((value) => Math.abs(value - centre)));
  return { centre, spread, days: values.length };
}

/** The values of the given number of days before a day, oldest first. */
export function valuesBefore(series: BaselineSeries, day: number, days: number): number[] {
  const values: number[] = [];
  for (let one = day - days; one < day; one += 1) {
    const value = valueOn(series, one);
    if (!Number.isNaN(value)) values.push(value);
  }
  return values;
}

/** Mean and standard deviation (n − 1) of natural logarithms. */
export function logMoments(values: readonly number[]): { readonly mean: number; readonly sd: number } {
  const logs = values.map((value) => Math.log(value));
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
  const squares = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean, sd: logs.length < 2 ? 0 : Math.sqrt(squares / (logs.length - 1)) };
}
