import { medianOf } from './day-sketch.ts';
import { laneKind, type LaneName } from './lane-kinds.ts';
import { daysBetween, lanesOf, newestDay, valueOn, valuesBetween } from './baseline-series.ts';
import type { Lane, Past } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';

/** A person's usual value of one kind and source: of RMSSD its natural logarithm. */
export type Usual = { readonly centre: number; readonly spread: number; readonly days: number };

type Cached = { readonly policy: PolicyValues; readonly usual: Usual | undefined };
type CachedDay = Cached & { readonly day: number };

/** Usual values of the newest days. They change once a day, but every event needs them. */
const cache = new WeakMap<Past, Cached>();
/** Usual values of days after the newest: where a source is silent today, they change with its next value. */
const laterCache = new WeakMap<Lane, CachedDay>();

/** The usual before a day; undefined when too few days have a value. */
export function usualBefore(lane: Lane | undefined, day: number, policy: PolicyValues): Usual | undefined {
  if (lane === undefined) return undefined;
  const past = lane[2];
  if (day < past[0]) return computeUsual(lane, day, policy);
  if (day > past[0]) return usualAfter(lane, day, policy);
  const known = cache.get(past);
  if (known?.policy === policy) return known.usual;
  const usual = computeUsual(lane, day, policy);
  cache.set(past, { policy, usual });
  return usual;
}

function usualAfter(lane: Lane, day: number, policy: PolicyValues): Usual | undefined {
  const known = laterCache.get(lane);
  if (known?.day === day && known.policy === policy) return known.usual;
  const usual = computeUsual(lane, day, policy);
  laterCache.set(lane, { policy, day, usual });
  return usual;
}

/** Whether there is a usual before a day. */
export function hasUsualBefore(lane: Lane, day: number, { thresholds }: PolicyValues): boolean {
  const { window_days, days_at_least } = thresholds.usual;
  return daysBetween(lane, day - window_days, day - 1, days_at_least) >= days_at_least;
}

function computeUsual(lane: Lane, day: number, policy: PolicyValues): Usual | undefined {
  const { window_days, days_at_least } = policy.thresholds.usual;
  return usualOf(lane, day - window_days, day - 1, days_at_least, policy);
}

const settledCache = new WeakMap<Past, Cached>();

/** For slow rules: of older days, so that an illness does not become its own baseline. */
export function settledUsual(lane: Lane, day: number, policy: PolicyValues): Usual | undefined {
  const past = lane[2];
  const known = day === past[0] ? settledCache.get(past) : undefined;
  if (known?.policy === policy) return known.usual;
  const { from_day, to_day, days_at_least } = policy.thresholds.usual.settled;
  const usual = usualOf(lane, day - from_day, day - to_day, days_at_least, policy);
  if (day === past[0]) settledCache.set(past, { policy, usual });
  return usual;
}

/** Median and spread of the days `from` to `to`. */
export function usualOf(
  lane: Lane,
  from: number,
  to: number,
  daysAtLeast: number,
  { thresholds }: PolicyValues,
): Usual | undefined {
  if (daysBetween(lane, from, to, daysAtLeast) < daysAtLeast) return undefined;
  const values = valuesBetween(lane, from, to);
  const centre = medianOf(values);
  const deviation = medianOf(values.map((value) => Math.abs(value - centre)));
  const { spread } = laneKind(lane[0]);
  const least = thresholds.usual.spread[spread as NonNullable<typeof spread>];
  return { centre, spread: Math.max(madToSd * deviation, least), days: values.length };
}

/** Of a normal distribution the standard deviation is so many median absolute deviations. */
const madToSd = 1.4826;

/** Distance from the usual in spreads, in hundredths: daily values are not kept more exactly. */
export function zOf(value: number, { centre, spread }: Usual): number {
  return Math.round(((value - centre) / spread) * 100) / 100;
}

/**
 * The sources of a kind, the primary one first: that with the most days among the last, of equals that with the newest
 * day. `day`: the day that is judged.
 */
export function bySource(lanes: readonly Lane[], name: LaneName, day: number, policy: PolicyValues): Lane[] {
  const found = lanesOf(lanes, name);
  if (found.length < 2) return found;
  const from = day - policy.thresholds.usual.primary_days + 1;
  const days = (lane: Lane) => daysBetween(lane, from, day);
  const rank = (a: Lane, b: Lane) => days(b) - days(a) || newestOn(b, day) - newestOn(a, day) || a[1] - b[1];
  return found.toSorted(rank);
}

/** The newest day up to `day` that has a value. */
export function newestOn(lane: Lane, day: number): number {
  let one = Math.min(newestDay(lane), day);
  const last = one - 60;
  while (one > last && Number.isNaN(valueOn(lane, one))) one -= 1;
  return one;
}

export function lnOf(rmssd: number): number {
  return Math.log(rmssd);
}
