import type { BiometricEvent } from '@bridge/contracts';
import { nothingKnown, type EventRange, type KnownEvents } from './known-events.ts';
import {
  findLane,
  laneFrom,
  laneOf,
  newestDay,
  valueOn,
  withDayAnew,
  withLane,
  withValue,
} from './baseline-series.ts';
import { dayRange, localDay } from './local-day.ts';
import { laneBit } from './metric-bits.ts';
import type { Lane } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { signalsOf, type Signal, type Signals } from './signals.ts';

/** A day of a lane. */
export type LaneDay = { readonly lane: number; readonly day: number };

export type HistoryContext = {
  readonly now: number;
  /** The person's last real offset, for readings that name none. */
  readonly zone: number;
  readonly known: KnownEvents;
  readonly rules: RuleSet;
};

/** A day has values, so its events must be known to take it anew. Without them the baseline would be wrong for weeks. */
export class EventsMissing extends Error {
  override readonly name = 'EventsMissing';
  constructor() {
    super('a late reading or a correction needs the events of its day: see needs.ts');
  }
}

/**
 * Adds an event's readings to the daily values. Those of the newest day are counted in; a day before it is taken anew
 * from all its events. `corrected`: days that an earlier version of the event had its share in, always taken anew.
 */
export function contribute(
  before: readonly Lane[],
  event: BiometricEvent,
  signals: Signals,
  corrected: readonly LaneDay[],
  context: HistoryContext,
): readonly Lane[] {
  let lanes = before;
  const anew = [...corrected];
  for (const signal of signals.all) {
    const place = laneDayOf(signal, signals.measured, context);
    if (place === undefined || includes(anew, place)) continue;
    const lane = findLane(lanes, place.lane);
    if (lane === undefined) lanes = withLane(lanes, laneFrom(place.lane, place.day, signal.value));
    else if (place.day < newestDay(lane)) anew.push(place);
    else lanes = withLane(lanes, withValue(lane, place.day, signal.value, context.rules.keptDays));
  }
  for (const place of anew) lanes = takeAnew(lanes, place, { event, signals, context, corrected });
  return lanes;
}

/** Where a signal counts; undefined for what has no baseline, and for what could not be found again or is not over. */
export function laneDayOf(
  signal: Signal,
  measured: number,
  { zone, rules, now }: Omit<HistoryContext, 'known'>,
): LaneDay | undefined {
  const lane = laneOf(signal);
  if (lane === undefined) return undefined;
  const { baselines, signals } = rules.thresholds;
  if (Math.abs(signal.at - measured) > baselines.readings_within) return undefined;
  if (signal.at - now > signals.ahead_at_most) return undefined;
  return { lane, day: localDay(signal.at, signal.offset ?? zone) };
}

type Taking = {
  readonly event: BiometricEvent;
  readonly signals: Signals;
  readonly context: HistoryContext;
  readonly corrected: readonly LaneDay[];
};

function takeAnew(lanes: readonly Lane[], place: LaneDay, taking: Taking): readonly Lane[] {
  const { event, signals, context, corrected } = taking;
  const lane = findLane(lanes, place.lane);
  const own = valuesOf(signals, place, context);
  if (lane === undefined) return lanes;
  if (newestDay(lane) - place.day > context.rules.keptDays) return lanes;
  const present = valueOn(lane, place.day);
  if (Number.isNaN(present) && !includes(corrected, place)) {
    return withLane(lanes, withDayAnew(lane, place.day, own));
  }
  // Known but none found: their local day is another one since the person travels.
  if (context.known === nothingKnown) throw new EventsMissing();
  const others = otherValues(event, place, context);
  return withLane(lanes, withDayAnew(lane, place.day, [...others, ...own]));
}

function otherValues(event: BiometricEvent, place: LaneDay, context: HistoryContext): number[] {
  const { rules, known } = context;
  const versions = new Set(known.versionsOf(event));
  return known
    .between(dayEvents(place, rules))
    .filter((other) => other !== event && !versions.has(other))
    .flatMap((other) => valuesOf(signalsOf(other, rules), place, context));
}

/** The events that can have their share in a day. */
export function dayEvents({ lane, day }: LaneDay, { thresholds }: RuleSet): EventRange {
  const { from, to } = dayRange(day);
  const span = thresholds.baselines.readings_within;
  return { from: from - span, to: to + span, metrics: laneBit(lane) };
}

function valuesOf({ all, measured }: Signals, place: LaneDay, context: HistoryContext): number[] {
  return all.flatMap((signal) => {
    const own = laneDayOf(signal, measured, context);
    return own?.lane === place.lane && own.day === place.day ? [signal.value] : [];
  });
}

function includes(places: readonly LaneDay[], place: LaneDay): boolean {
  return places.some(({ lane, day }) => lane === place.lane && day === place.day);
}
