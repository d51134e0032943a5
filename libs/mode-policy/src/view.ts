import type { Context } from '@bridge/contracts';
import type { EventDelta, LiveReading } from './apply-event.ts';
import { contextAt, isAtRest } from './contexts.ts';
import type { Draft } from './draft.ts';
import { dailyFlag, hasFlag, spotFlag, statedContext } from './flags.ts';
import { laneNumber, type LaneName } from './lane-kinds.ts';
import { findLane } from './baseline-series.ts';
import { localDay } from './local-day.ts';
import { readingSize } from './observe.ts';
import type { Device, Newest, PersonState, Window } from './person-state.ts';
import { offsetAt } from './person-zone.ts';
import type { PolicyValues } from './policy-values.ts';
import { hasAnyUsual, highPulseLimit, lowPulseLimit, type PulseLimit } from './pulse-limits.ts';
import { metricOfSlot, slotNumber, vitals, type SeenMetric, type Slot, type Vital } from './slots.ts';
import { bySource, usualBefore, type Usual } from './usual.ts';

/** A signal as a rule sees it at one moment. */
export type Seen = {
  readonly metric: SeenMetric;
  readonly value: number;
  readonly at: number;
  readonly device: number;
  readonly source: number;
  readonly flags: number;
  readonly context: Context;
  /** The local day that it belongs to. */
  readonly day: number;
  /** It comes from the event that is being decided. */
  readonly isNew: boolean;
  /** Fresh enough to fire a rule; every signal in a view is fresh enough to hold one. */
  readonly isFresh: boolean;
  /** It is stale from then on. */
  readonly staleAt: number;
};

/** Two devices that contradict each other. */
export type Contradicting = { readonly beyond: Seen; readonly against: Seen };

/** A person as rules see them at one moment. Each decision has its own view, which caches its answers. */
export type View = {
  readonly now: number;
  readonly draft: Draft;
  /** The state before the event, for contexts that it changes. */
  readonly before: PersonState;
  readonly policy: PolicyValues;
  readonly delta: EventDelta;
  readonly isAdult: boolean;
  readonly spo2Scale: 1 | 2;
  /** Contradictions that rules found in this decision. */
  readonly contradicting: Map<Vital, Contradicting>;
  readonly cache: Map<string, PulseLimit | null>;
};

const yearMs = 31_556_952_000;
const unixYear = 1970;

export function createView(
  draft: Draft,
  before: PersonState,
  now: number,
  delta: EventDelta,
  policy: PolicyValues,
): View {
  return {
    now,
    draft,
    before,
    policy,
    delta,
    isAdult: isAdult(draft, now, policy),
    spo2Scale: draft.profile.spo2_scale ?? 1,
    contradicting: new Map(),
    cache: new Map(),
  };
}

/** Somebody whose year of birth nobody gave counts as an adult. */
export function isAdult(
  { profile }: Pick<Draft, 'profile'>,
  now: number,
  { thresholds }: PolicyValues,
): boolean {
  if (profile.birth_year === undefined) return true;
  return yearOf(now) - profile.birth_year >= thresholds.profile.adult_from;
}

function yearOf(now: number): number {
  const near = unixYear + Math.floor(now / yearMs);
  // The mean length of a year is off by up to a day around New Year.
  for (const year of [near + 1, near]) if (now >= Date.UTC(year, 0, 1)) return year;
  return near - 1;
}

/** The signals of a slot that are fresh enough to hold a rule and not active, the newest first; with active ones if asked. */
export function seenIn(view: View, slot: Slot, withActive = false): Seen[] {
  const number = slotNumber(slot);
  const found: Seen[] = [];
  for (const entry of view.draft.newest) {
    if (entry[0] !== number) continue;
    const seen = seenEntry(view, slot, entry);
    if (seen !== undefined && (withActive || seen.context !== 'active')) found.push(seen);
  }
  return found;
}

/** The newest that the event brought, else the newest of all: another device may have measured later. */
export function judgedIn(view: View, slot: Slot, withActive = false): Seen | undefined {
  const all = seenIn(view, slot, withActive);
  return all.find(({ isNew }) => isNew) ?? all[0];
}

/** The newest of all slots; of equally old ones a night's value. */
export function newestIn(view: View, ...slots: readonly Slot[]): Seen | undefined {
  let newest: Seen | undefined;
  for (const slot of slots) {
    const [seen] = seenIn(view, slot);
    if (seen !== undefined && (newest === undefined || seen.at > newest.at)) newest = seen;
  }
  return newest;
}

function seenEntry(view: View, slot: Slot, entry: Newest): Seen | undefined {
  const { draft, now, policy, delta } = view;
  const [, device, at, value, offset, flags] = entry;
  const metric = metricOfSlot(slot);
  const holdsFor = policy.holdsFor(metric, flags);
  if (now - at > holdsFor) return undefined;
  return {
    metric,
    value,
    at,
    device,
    source: (draft.devices[device] as Device)[0],
    flags,
    context: contextAt(draft, { at, flags, device }, policy),
    day: localDay(at, offset),
    isNew: delta.entries.has(entry),
    isFresh: now - at <= policy.firesFor(metric, flags),
    staleAt: at + holdsFor + 1,
  };
}

/** A live reading in the same form, whether it is fresh or not. */
export function seenReading(
  view: View,
  reading: Omit<LiveReading, 'offset'> & { readonly offset?: number },
): Seen {
  const { draft, now, policy, delta } = view;
  const { vital, device, at, value, flags, offset = offsetAt(draft, at) } = reading;
  const holdsFor = policy.holdsFor(vital, flags);
  return {
    metric: vital,
    value,
    at,
    device,
    source: draft.devices[device]?.[0] ?? -1,
    flags,
    context: contextAt(draft, reading, policy),
    day: localDay(at, offset),
    isNew: delta.live.some((one) => one.vital === vital && one.device === device && one.at === at),
    isFresh: now - at <= policy.firesFor(vital, flags),
    staleAt: at + holdsFor + 1,
  };
}

type WindowReading = Omit<LiveReading, 'offset'>;

/** Readings of a window, oldest first. */
export function readingsOf(window: Window): WindowReading[] {
  return Array.from({ length: window[2].length / readingSize }, (_, index) => readingAt(window, index));
}

export function newestReading(window: Window): WindowReading {
  return readingAt(window, window[2].length / readingSize - 1);
}

function readingAt([vital, device, readings]: Window, index: number): WindowReading {
  const from = index * readingSize;
  return {
    vital: vitals[vital] as Vital,
    device,
    at: readings[from] as number,
    value: readings[from + 1] as number,
    flags: readings[from + 2] as number,
  };
}

export function windowsOf({ draft }: View, vital: Vital): Window[] {
  const number = vitals.indexOf(vital);
  return draft.windows.filter((one) => one[0] === number);
}

/** The newest reading at rest of any device that was measured within so many ms. */
export function newestLive(view: View, vital: Vital, within: number): Seen | undefined {
  const number = vitals.indexOf(vital);
  let newest: Seen | undefined;
  for (const window of view.draft.windows) {
    if (window[0] !== number) continue;
    const count = window[2].length / readingSize;
    for (let index = count - 1; index >= 0; index -= 1) {
      const reading = readingAt(window, index);
      if (view.now - reading.at > within || (newest !== undefined && reading.at < newest.at)) break;
      const seen = seenReading(view, reading);
      if (!isAtRest(seen.context)) continue;
      newest = seen;
      break;
    }
  }
  return newest;
}

/**
 * The night's value that decides: of the newest night with a value; where two sources have one of it, the primary's.
 */
export function decidingNight(view: View, slot: Slot, lane: LaneName): Seen | undefined {
  const all = seenIn(view, slot);
  const day = all.reduce((newest, one) => Math.max(newest, one.day), -Infinity);
  const same = all.filter((one) => one.day === day);
  if (same.length < 2) return same[0];
  const order = bySource(view.draft.lanes, lane, day, view.policy).map(([, source]) => source);
  const rank = (seen: Seen) => {
    const at = order.indexOf(seen.source);
    return at === -1 ? order.length : at;
  };
  return same.toSorted((a, b) => rank(a) - rank(b) || b.at - a.at)[0];
}

/** The usual of a signal's own source and lane, before its day. */
export function usualOfSeen({ draft, policy }: View, seen: Seen, lane: LaneName): Usual | undefined {
  return usualBefore(findLane(draft.lanes, laneNumber(lane), seen.source), seen.day, policy);
}

/** T for a reading's own context; unknown and active take the awake one. */
export function highLimit(view: View, seen: Pick<Seen, 'context' | 'day'>): PulseLimit | undefined {
  const isAsleep = seen.context === 'sleep';
  return cached(view, `T${isAsleep ? 1 : 0}${seen.day}`, () =>
    highPulseLimit(view.draft, isAsleep, seen.day, view.isAdult, view.policy),
  );
}

/** L for a reading. */
export function lowLimit(view: View, { flags, day }: Pick<Seen, 'flags' | 'day'>): PulseLimit | undefined {
  const isStatedRest = statedContext(flags) === 'rest' || hasFlag(flags, spotFlag);
  return cached(view, `L${isStatedRest ? 1 : 0}${day}`, () =>
    lowPulseLimit(view.draft, isStatedRest, day, view.isAdult, view.policy),
  );
}

function cached(view: View, key: string, compute: () => PulseLimit | undefined): PulseLimit | undefined {
  const known = view.cache.get(key);
  if (known !== undefined) return known ?? undefined;
  const made = compute();
  view.cache.set(key, made ?? null);
  return made;
}

/** Whether the person has a usual RMSSD of any source and context. */
export function hasUsualRmssd({ draft, policy }: View, day: number): boolean {
  return hasAnyUsual(draft.lanes, ['rmssd_sleep', 'rmssd_rest'], day, policy);
}

export function isNight({ flags }: Pick<Seen, 'flags'>): boolean {
  return hasFlag(flags, dailyFlag);
}

/** The same moment as if everything that is known had just come: whether enter conditions still hold. */
export function asIfNew(view: View): View {
  const draft = { ...view.draft };
  const live = draft.windows.map((window): LiveReading => {
    const newest = newestReading(window);
    return { ...newest, offset: offsetAt(draft, newest.at) };
  });
  const delta: EventDelta = { ...view.delta, bits: -1, live, entries: new Set(draft.newest), retracted: [] };
  return { ...view, draft, delta, contradicting: new Map(), cache: new Map() };
}
