import { medianOf } from './day-sketch.ts';
import { valueOn } from './baseline-series.ts';
import type { Lane, Past } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';

/** What is usual for a person: the median of daily values and their raw median absolute deviation. */
export type Baseline = { readonly centre: number; readonly spread: number; readonly days: number };

type Remembered = { readonly rules: RuleSet; readonly baseline: Baseline | undefined };

/** Baselines of the newest days: the days before them change once a day, and are asked for with every event. */
const remembered = new WeakMap<Past, Remembered>();

/** The baseline of the days before the one that is judged; undefined when too few of them have a value. */
export function baselineBefore(lane: Lane | undefined, day: number, rules: RuleSet): Baseline | undefined {
  if (lane === undefined) return undefined;
  const past = lane[1];
  if (day !== past[0]) return baselineOf(lane, day, rules);
  const known = remembered.get(past);
  if (known?.rules === rules) return known.baseline;
  const baseline = baselineOf(lane, day, rules);
  remembered.set(past, { rules, baseline });
  return baseline;
}

function baselineOf(lane: Lane, day: number, { thresholds }: RuleSet): Baseline | undefined {
  const { window_days, days_at_least } = thresholds.baselines;
  const values = valuesBefore(lane, day, window_days);
  if (values.length < days_at_least) return undefined;
  const centre = medianOf(values);
  const spread = medianOf(values.map((value) => Math.abs(value - centre)));
  return { centre, spread, days: values.length };
}

/** The values of so many days before a day, oldest first. */
export function valuesBefore(lane: Lane, day: number, days: number): number[] {
  const values: number[] = [];
  for (let one = day - days; one < day; one += 1) {
    const value = valueOn(lane, one);
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
