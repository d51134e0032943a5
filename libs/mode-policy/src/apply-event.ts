import type { BiometricEvent } from '@bridge/contracts';
import { withActivity, withoutSteps, withSteps } from './activities.ts';
import { contextAt, isAtRest } from './contexts.ts';
import { correctionOf, type Correction } from './correction.ts';
import { deviceIndex, sourceIndex, type Draft } from './draft.ts';
import { withExertion, withoutExertion } from './exertions.ts';
import { hasFlag, sedentaryFlag } from './flags.ts';
import { highest } from './known-events.ts';
import {
  addToLane,
  laneDayOf,
  laneValue,
  recountDay,
  type DecisionContext,
  type HistoryContext,
  type LaneChange,
  type LaneDay,
} from './history.ts';
import { applySteps } from './apply-steps.ts';
import { laterZone, localDay } from './local-day.ts';
import { observeSlot, observeVital } from './observe.ts';
import { offsetAt } from './person-zone.ts';
import type { Newest } from './person-state.ts';
import { highPulseLimit } from './pulse-limits.ts';
import { retract, type Retraction } from './retract.ts';
import type { Signal, Signals } from './signals.ts';
import { contextBit, slotBit, vitalBit, type Vital } from './slots.ts';
import { followRun } from './unexplained-runs.ts';

/** A live reading that an event brings and that is not late. */
export type LiveReading = {
  readonly vital: Vital;
  readonly device: number;
  readonly at: number;
  readonly value: number;
  readonly flags: number;
  readonly offset: number;
};

/** What became of a signal: for the sentences of explain. */
export type SignalFate = {
  readonly signal: Signal;
  readonly fate: 'input' | 'late' | 'stale' | 'active' | 'superseded';
};

/** The parts of a state that come from the event being decided. */
export type EventDelta = {
  /** Bits of slots, vital signs and contexts. */
  bits: number;
  /** In order of measured time. */
  readonly live: LiveReading[];
  readonly entries: Set<Newest>;
  readonly retracted: readonly Retraction[];
  readonly changed: readonly LaneDay[];
  /** Lanes that begin a new day. */
  readonly advanced: readonly LaneDay[];
  readonly isSuperseded: boolean;
  readonly fates: SignalFate[] | null;
};

export function emptyDelta(): EventDelta {
  return {
    bits: 0,
    live: [],
    entries: new Set(),
    retracted: [],
    changed: [],
    advanced: [],
    isSuperseded: false,
    fates: null,
  };
}

type Application = {
  readonly draft: Draft;
  readonly event: BiometricEvent;
  readonly device: number;
  readonly isAdult: boolean;
  readonly context: HistoryContext;
  readonly delta: EventDelta;
};

/** Applies an event to the activities, newest signals, windows and lanes of a state, and retracts what it corrects. */
export function applyEvent(
  draft: Draft,
  event: BiometricEvent,
  signals: Signals,
  given: DecisionContext & { readonly isAdult: boolean; readonly isTraced: boolean },
): EventDelta {
  const { now, known, policy, isAdult, isTraced } = given;
  const source = sourceIndex(draft, event.source);
  draft.zone = laterZone(draft.zone, signals.offsets, now, policy.thresholds.clocks.ahead_at_most);
  const person = { profile: draft.profile, zone: draft.zone };
  const context: HistoryContext = { now, known, policy, source, offsetAt: (at) => offsetAt(person, at) };
  const correction = correctionOf(event, known, context);
  const fates: SignalFate[] | null = isTraced ? [] : null;
  if (correction.isSuperseded) {
    for (const signal of signals.all) fates?.push({ signal, fate: 'superseded' });
    return { ...emptyDelta(), isSuperseded: true, fates };
  }
  const device = deviceIndex(draft, event, source);
  // A delete need not name the device again.
  const replaced = highest(correction.replaced);
  const retracted =
    replaced === undefined
      ? []
      : retract(draft, correction, replaced, deviceIndex(draft, replaced, source), context);
  const change: LaneChange = { lanes: draft.lanes, changed: [], advanced: [] };
  const delta: EventDelta = {
    bits: retracted.length > 0 ? contextBit : 0,
    live: [],
    entries: new Set(),
    retracted,
    changed: change.changed,
    advanced: change.advanced,
    isSuperseded: false,
    fates,
  };
  const application: Application = { draft, event, device, isAdult, context, delta };
  applyMovement(application, signals, correction);
  const days = [...correction.days];
  for (const signal of signals.all) {
    takeSignal(application, signal);
    takeValue(application, signal, signals.measured, { change, days });
  }
  days.push(...applySteps(draft, change, signals, correction, context));
  for (const place of days) recountDay(change, place, { event, signals, sourceName: event.source, context });
  draft.lanes = change.lanes;
  return delta;
}

/** Activities and steps judge the contexts of the readings that they cover. */
function applyMovement(
  { draft, context, delta }: Application,
  { activity, steps }: Signals,
  { marks, signals }: Correction,
): void {
  const { now, source, policy } = context;
  const before = [draft.activities, draft.steps] as const;
  for (const gone of draft.activities.filter(([, , mark]) => marks.has(mark))) {
    draft.activities = draft.activities.filter((one) => one !== gone);
    if (activity === undefined) draft.exertions = withoutExertion(draft.exertions, gone, policy);
  }
  if (activity !== undefined) draft.activities = withActivity(draft.activities, activity, now);
  for (const count of signals?.steps ?? []) draft.steps = withoutSteps(draft.steps, source, count);
  for (const count of steps) draft.steps = withSteps(draft.steps, source, count, now);
  if (draft.activities !== before[0] || draft.steps !== before[1]) delta.bits |= contextBit;
}

/** Puts a signal where rules see it, unless it is late. */
function takeSignal({ draft, device, isAdult, context, delta }: Application, signal: Signal): void {
  const { now, policy, offsetAt: zone } = context;
  const offset = signal.offset ?? zone(signal.at);
  const { vital, slot, at, value, flags } = signal;
  if (vital !== undefined) {
    const isInput = observeVital(draft, vital, device, signal, policy);
    if (isInput) {
      delta.live.push({ vital, device, at, value, flags, offset });
      delta.bits |= vitalBit(vital);
      if (vital === 'heart_rate') followPulse(draft, { device, at, value, flags, offset }, isAdult, policy);
    }
    delta.fates?.push({ signal, fate: isInput ? fateOf(draft, signal, device, context) : 'late' });
    return;
  }
  if (slot === undefined) return;
  const entry = observeSlot(draft, slot, device, { at, value, flags, offset }, now, policy);
  if (typeof entry === 'string') delta.fates?.push({ signal, fate: entry });
  else {
    delta.entries.add(entry);
    delta.bits |= slotBit(slot);
    delta.fates?.push({ signal, fate: fateOf(draft, signal, device, context) });
  }
}

function fateOf(
  draft: Draft,
  signal: Signal,
  device: number,
  { now, policy }: HistoryContext,
): SignalFate['fate'] {
  if (now - signal.at > policy.firesFor(signal.metric, signal.flags)) return 'stale';
  return contextAt(draft, { at: signal.at, flags: signal.flags, device }, policy) === 'active'
    ? 'active'
    : 'input';
}

type Pulse = Omit<LiveReading, 'vital'>;

/** Notes exertion, and follows pulses of unknown context. */
function followPulse(draft: Draft, pulse: Pulse, isAdult: boolean, policy: HistoryContext['policy']): void {
  const context = contextAt(draft, pulse, policy);
  if (isAtRest(context) && draft.runs.length === 0) return;
  const { exertion } = policy.thresholds.context;
  const limit = highPulseLimit(draft, false, localDay(pulse.at, pulse.offset), isAdult, policy)?.limit;
  if (
    !isAtRest(context) &&
    limit !== undefined &&
    pulse.value > limit + exertion.above_t &&
    !(context === 'unknown' && hasFlag(pulse.flags, sedentaryFlag))
  )
    draft.exertions = withExertion(draft.exertions, pulse.at, policy);
  followRun(draft, pulse, context, limit, policy);
}

type LaneTarget = { readonly change: LaneChange; readonly days: LaneDay[] };

/** Adds a signal to its day, or notes that the day must be counted again. */
function takeValue(
  { draft, device, context }: Application,
  signal: Signal,
  measured: number,
  { change, days }: LaneTarget,
): void {
  const place = laneDayOf(signal, measured, context);
  if (place === undefined || includes(days, place)) return;
  if (signal.lane === 'pulse_rest' || signal.lane === 'rmssd_rest') {
    const seen = contextAt(draft, { at: signal.at, flags: signal.flags, device }, context.policy);
    if (seen !== 'rest') return;
  }
  if (!addToLane(change, place, laneValue(signal))) days.push(place);
}

function includes(places: readonly LaneDay[], place: LaneDay): boolean {
  return places.some(
    ({ kind, source, day }) => kind === place.kind && source === place.source && day === place.day,
  );
}
