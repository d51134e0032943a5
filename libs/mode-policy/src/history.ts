import type { BiometricEvent } from '@bridge/contracts';
import { nothingKnown, type EventRange, type KnownEvents } from './known-events.ts';
import {
  findSeries,
  newSeries,
  seriesOf,
  newestDay,
  valueOn,
  withDayRecounted,
  withSeries,
  withValue,
} from './baseline-series.ts';
import { dayRange, localDay } from './local-day.ts';
import { seriesBit } from './metric-bits.ts';
import type { BaselineSeries } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { signalsOf, type Signal, type Signals } from './signals.ts';

/** A day of a series. */
export type SeriesDay = { readonly series: number; readonly day: number };

export type DecisionContext = {
  readonly now: number;
  readonly known: KnownEvents;
  readonly policy: PolicyValues;
};

export type HistoryContext = DecisionContext & {
  /** The person's last real offset, for readings that name none. */
  readonly zone: number;
};

/**
 * A day that has values can be recounted only when its events are known; otherwise the baseline would be wrong for weeks.
 */
export class EventsMissing extends Error {
  override readonly name = 'EventsMissing';
  constructor() {
    super('a late reading or a correction needs the events of its day: see eventsToLoad');
  }
}

/**
 * Adds an event's readings to the daily values. Readings of the newest day are added to it; an earlier day is recounted
 * from all its events. `corrected`: days to which an earlier version of the event contributed; these are always recounted.
 */
export function contribute(
  before: readonly BaselineSeries[],
  event: BiometricEvent,
  signals: Signals,
  corrected: readonly SeriesDay[],
  context: HistoryContext,
): readonly BaselineSeries[] {
  let all = before;
  const recounted = [...corrected];
  for (const signal of signals.all) {
    const place = seriesDayOf(signal, signals.measured, context);
    if (place === undefined || includes(recounted, place)) continue;
    const series = findSeries(all, place.series);
    if (series === undefined) all = withSeries(all, newSeries(place.series, place.day, signal.value));
    else if (place.day < newestDay(series)) recounted.push(place);
    else all = withSeries(all, withValue(series, place.day, signal.value, context.policy.keptDays));
  }
  for (const place of recounted) all = recountDay(all, place, { event, signals, context, corrected });
  return all;
}

/**
 * The day to which a signal counts. undefined if it has no baseline, lies in the future, or lies too far from its event's
 * timestamp to be found again.
 */
export function seriesDayOf(
  signal: Signal,
  measured: number,
  { zone, policy, now }: Omit<HistoryContext, 'known'>,
): SeriesDay | undefined {
  const series = seriesOf(signal);
  if (series === undefined) return undefined;
  const { baselines, signals } = policy.thresholds;
  if (Math.abs(signal.at - measured) > baselines.readings_within) return undefined;
  if (signal.at - now > signals.ahead_at_most) return undefined;
  return { series, day: localDay(signal.at, signal.offset ?? zone) };
}

type DayRecount = {
  readonly event: BiometricEvent;
  readonly signals: Signals;
  readonly context: HistoryContext;
  readonly corrected: readonly SeriesDay[];
};

function recountDay(
  allSeries: readonly BaselineSeries[],
  place: SeriesDay,
  recount: DayRecount,
): readonly BaselineSeries[] {
  const { event, signals, context, corrected } = recount;
  const series = findSeries(allSeries, place.series);
  const own = valuesOf(signals, place, context);
  if (series === undefined) return allSeries;
  if (newestDay(series) - place.day > context.policy.keptDays) return allSeries;
  const present = valueOn(series, place.day);
  if (Number.isNaN(present) && !includes(corrected, place)) {
    return withSeries(allSeries, withDayRecounted(series, place.day, own));
  }
  // Known but none found: the person has travelled, so their local day is another one.
  if (context.known === nothingKnown) throw new EventsMissing();
  const others = otherValues(event, place, context);
  return withSeries(allSeries, withDayRecounted(series, place.day, [...others, ...own]));
}

function otherValues(event: BiometricEvent, place: SeriesDay, context: HistoryContext): number[] {
  const { policy, known } = context;
  const versions = new Set(known.versionsOf(event));
  return known
    .between(dayEvents(place, policy))
    .filter((other) => other !== event && !versions.has(other))
    .flatMap((other) => valuesOf(signalsOf(other, policy), place, context));
}

/** The events that can contribute to a day. */
export function dayEvents({ series, day }: SeriesDay, { thresholds }: PolicyValues): EventRange {
  const { from, to } = dayRange(day);
  const span = thresholds.baselines.readings_within;
  return { from: from - span, to: to + span, metrics: seriesBit(series) };
}

function valuesOf({ all, measured }: Signals, place: SeriesDay, context: HistoryContext): number[] {
  return all.flatMap((signal) => {
    const own = seriesDayOf(signal, measured, context);
    return own?.series === place.series && own.day === place.day ? [signal.value] : [];
  });
}

function includes(places: readonly SeriesDay[], place: SeriesDay): boolean {
  return places.some(({ series, day }) => series === place.series && day === place.day);
}
