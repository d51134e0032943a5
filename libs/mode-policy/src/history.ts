import type { BiometricEvent } from '@bridge/contracts';
import { hasFlag, manualFlag, sedentaryFlag, spotFlag, statedContext } from './flags.ts';
import { nothingKnown, type EventRange, type KnownEvents } from './known-events.ts';
import { laneKind, laneNumber, type LaneName } from './lane-kinds.ts';
import { findLane, newestDay, newLane, valueOn, withDay, withLane, withValue } from './baseline-series.ts';
import { dayRange, localDay } from './local-day.ts';
import { laneBit } from './metric-bits.ts';
import type { Lane } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { signalsOf, type Signal, type Signals } from './signals.ts';
import { daySteps } from './step-days.ts';
import { lnOf } from './usual.ts';

/** A day of a lane. */
export type LaneDay = { readonly kind: number; readonly source: number; readonly day: number };

export type DecisionContext = {
  readonly now: number;
  readonly known: KnownEvents;
  readonly policy: PolicyValues;
};

export type HistoryContext = DecisionContext & {
  readonly source: number;
  /** Where the person is at a time, for readings that do not say. */
  readonly offsetAt: (at: number) => number;
};

/**
 * A day that has values can be recounted only when its events are known; otherwise the baseline would be wrong for weeks.
 */
class EventsMissing extends Error {
  override readonly name = 'EventsMissing';

  constructor() {
    super('a late reading or a correction needs the events of its day: see eventsToLoad');
  }
}

/**
 * The day to which a signal counts; undefined if it has no lane or lies too far from its event's timestamp to be found
 * again.
 */
export function laneDayOf(
  signal: Signal,
  measured: number,
  { source, offsetAt, policy }: Omit<HistoryContext, 'known' | 'now'>,
): LaneDay | undefined {
  const { lane, at, dayAt, offset } = signal;
  if (lane === undefined) return undefined;
  if (Math.abs(at - measured) > policy.thresholds.signals.readings_within) return undefined;
  return { kind: laneNumber(lane), source, day: localDay(dayAt, offset ?? offsetAt(dayAt)) };
}

/** What a signal adds to a day: of RMSSD its natural logarithm. */
export function laneValue({ metric, value }: Signal): number {
  return metric === 'hrv_rmssd' ? lnOf(value) : value;
}

/**
 * Whether a signal that is not stated to be at rest counts as such when a day is counted again: a contradiction at
 * its time is no longer known.
 */
function countsForLane({ lane, flags }: Signal): boolean {
  if (lane !== 'pulse_rest' && lane !== 'rmssd_rest') return true;
  return statedContext(flags) === 'rest' || hasFlag(flags, sedentaryFlag | spotFlag | manualFlag);
}

/** A lane of so many values that one that comes late after the day is over changes nothing. */
export function isDense(kind: number): boolean {
  return kind === denseKind;
}

const denseKind = laneNumber('pulse_rest');

/** The effect of an event on lanes: the lanes, and the days whose values changed. */
export type LaneChange = {
  lanes: readonly Lane[];
  readonly changed: LaneDay[];
  readonly advanced: LaneDay[];
};

/** Adds a signal to its day; false: the day must be counted again. */
export function addToLane(change: LaneChange, place: LaneDay, value: number): boolean {
  const lane = findLane(change.lanes, place.kind, place.source);
  if (lane !== undefined && place.day < newestDay(lane)) {
    if (!Number.isNaN(valueOn(lane, place.day))) return isDense(place.kind);
    if (newestDay(lane) - place.day > laneKind(place.kind).keep) return true;
    change.lanes = withLane(change.lanes, withDay(lane, place.day, [value]));
  } else {
    if (lane === undefined || place.day > newestDay(lane)) change.advanced.push(place);
    const added =
      lane === undefined
        ? newLane(place.kind, place.source, place.day, value)
        : withValue(lane, place.day, value, keptDays(change.lanes, place));
    change.lanes = withLane(change.lanes, added);
  }
  change.changed.push(place);
  return true;
}

const meanKind = laneNumber('pulse_sleep');
const pulseKinds = ['resting_night', 'resting_day', 'pulse_lowest'] as const;

/** A mean pulse asleep that is not the source's pulse of the night serves no slow rule. */
function keptDays(lanes: readonly Lane[], { kind, source }: LaneDay): number {
  const { keep } = laneKind(kind);
  if (kind !== meanKind) return keep;
  const hasOther = pulseKinds.some((name) => findLane(lanes, laneNumber(name), source) !== undefined);
  return hasOther ? laneKind(restKind).keep : keep;
}

const restKind = laneNumber('pulse_rest');

export type DayRecount = {
  readonly event: BiometricEvent;
  readonly signals: Signals;
  readonly sourceName: string;
  readonly context: HistoryContext;
};

/** Counts a day of a lane anew from all its events. */
export function recountDay(change: LaneChange, place: LaneDay, recount: DayRecount): void {
  const { event, signals, sourceName, context } = recount;
  const lane = findLane(change.lanes, place.kind, place.source);
  if (lane === undefined || newestDay(lane) - place.day > laneKind(place.kind).keep) return;
  // Known but none found: the person has travelled, so their local day is another one.
  if (context.known === nothingKnown) throw new EventsMissing();
  const { policy, known } = context;
  const versions = new Set(known.versionsOf(event));
  const others = known
    .between(dayEvents(place, policy))
    .filter((other) => other.source === sourceName && other !== event && !versions.has(other));
  const all = [
    ...others.map((other) => ({ event: other, signals: signalsOf(other, policy) })),
    { event, signals },
  ];
  const values =
    place.kind === stepsKind
      ? daySteps(all, place.day, context.offsetAt)
      : all.flatMap((one) => valuesOf(one.signals, place, context));
  change.lanes = withLane(change.lanes, withDay(lane, place.day, values));
  change.changed.push(place);
}

const stepsKind = laneNumber('steps' satisfies LaneName);

/** The events that can contribute to a day. */
export function dayEvents({ kind, day }: Omit<LaneDay, 'source'>, { thresholds }: PolicyValues): EventRange {
  const { from, to } = dayRange(day);
  const span = thresholds.signals.readings_within;
  return { from: from - span, to: to + span, metrics: laneBit(kind) };
}

function valuesOf({ all, measured }: Signals, place: LaneDay, context: HistoryContext): number[] {
  return all.flatMap((signal) => {
    const own = laneDayOf(signal, measured, context);
    return own?.kind === place.kind && own.day === place.day && countsForLane(signal)
      ? [laneValue(signal)]
      : [];
  });
}
