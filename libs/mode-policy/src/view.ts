import type { Context } from '@bridge/contracts';
import { isAtRest } from './activities.ts';
import { baselineBefore, type Baseline } from './baseline.ts';
import { findSeries, seriesNumber } from './baseline-series.ts';
import { localDay } from './local-day.ts';
import type { DeviceEntry, Entry, PersonState } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { seenStatistics, type SeenStatistic } from './signals.ts';
import {
  needsRest,
  nightSlot,
  slotBit,
  slotBits,
  slotsOf,
  slots,
  type SeenMetric,
  type Slot,
  type SlotContext,
} from './slots.ts';
import { sourceNamed } from './sources.ts';

/** A signal as a rule sees it at one moment. */
export type VisibleSignal = {
  readonly metric: SeenMetric;
  readonly context: Context;
  readonly value: number;
  /** When it was measured. */
  readonly at: number;
  readonly source: string;
  readonly statistic: SeenStatistic;
  /** The local day that it belongs to. */
  readonly day: number;
  /** It is stale from then on. */
  readonly staleAt: number;
  /** It comes from the event that is being decided. */
  readonly isNew: boolean;
  readonly slot: number;
};

/** A person as rules see them at one moment. Each decision has its own view, which caches its answers. */
export type View = {
  readonly now: number;
  readonly state: PersonState;
  readonly policy: PolicyValues;
  /** The newest fresh signal of a metric in a context that counts, from any source. */
  readonly see: (metric: SeenMetric) => VisibleSignal | undefined;
  /** The same among nights only. */
  readonly seeNight: (metric: 'hrv_rmssd') => VisibleSignal | undefined;
  /** The newest signal of each device, if it is fresh and at rest. */
  readonly devices: (metric: SeenMetric) => readonly DeviceEntry[];
  /** The event that is being decided contains a value of this metric from a device. */
  readonly isDeviceNew: (metric: SeenMetric) => boolean;
  /** The person's own baseline of the same metric, statistic and context, before the signal's day. */
  readonly baselineOf: (seen: VisibleSignal) => Baseline | undefined;
  /** Slots that the event filled, as bits. */
  readonly newSlots: number;
};

/** The parts of a state that come from the event being decided. */
export type EventDelta = {
  readonly entries: ReadonlySet<Entry>;
  readonly devices: readonly SeenMetric[];
};

export const noDelta: EventDelta = { entries: new Set(), devices: [] };

export function createView(state: PersonState, now: number, delta: EventDelta, policy: PolicyValues): View {
  const asked = new Map<SeenMetric, VisibleSignal | null>();
  const baselines = new Map<number, Baseline | null>();
  const atRest = (at: number) => isAtRest(state.activities, at, policy);
  const seenAt = (slot: number) => visibleSignal(slot, state.newest[slot] as Entry, state, delta, policy);

  return {
    now,
    state,
    policy,
    see: (metric) => {
      let found = asked.get(metric);
      if (found === undefined) {
        const slot = newestSlot(metric, state, now, atRest, policy);
        found = slot === undefined ? null : seenAt(slot);
        asked.set(metric, found);
      }
      return found ?? undefined;
    },
    seeNight: (metric) => {
      const asleep = nightSlot(metric);
      const entry = state.newest[asleep];
      return entry && now - entry[0] <= policy.freshFor(asleep) ? seenAt(asleep) : undefined;
    },
    devices: (metric) => devicesAtRest(metric, state, now, policy),
    isDeviceNew: (metric) => delta.devices.includes(metric),
    baselineOf: (seen) => {
      const series = seriesNumber(seen.slot, seen.statistic);
      let found = baselines.get(series);
      if (found === undefined) {
        found = baselineBefore(findSeries(state.lanes, series), seen.day, policy) ?? null;
        baselines.set(series, found);
      }
      return found ?? undefined;
    },
    newSlots: bitsOf(state, delta),
  };
}

function newestSlot(
  metric: SeenMetric,
  { newest }: PersonState,
  now: number,
  atRest: (at: number) => boolean,
  policy: PolicyValues,
): number | undefined {
  let found: number | undefined;
  let foundEntry: Entry | undefined;
  for (const slot of slotsOf(metric)) {
    const entry = newest[slot];
    if (!entry || now - entry[0] > policy.freshFor(slot)) continue;
    if (foundEntry !== undefined && !isSeenBefore(entry, foundEntry)) continue;
    if (needsRest(metric) && !isSurelyAtRest(slots[slot]?.context) && !atRest(entry[0])) continue;
    found = slot;
    foundEntry = entry;
  }
  return found;
}

function devicesAtRest(
  metric: SeenMetric,
  { devices, activities }: PersonState,
  now: number,
  policy: PolicyValues,
) {
  return devices.filter(
    ([slot, , at]) =>
      slots[slot]?.metric === metric &&
      now - at <= policy.freshFor(slot) &&
      (isSurelyAtRest(slots[slot].context) || isAtRest(activities, at, policy)),
  );
}

/** The newer comes first; at equal times a mean before a sample, then the smaller id. */
function isSeenBefore(a: Entry, b: Entry): boolean {
  if (a[0] !== b[0]) return a[0] > b[0];
  const [aIsMean, bIsMean] = [a[4] !== 0, b[4] !== 0];
  return aIsMean === bIsMean ? a[3] < b[3] : aIsMean;
}

function isSurelyAtRest(context: SlotContext | undefined): context is 'sleep' | 'rest' {
  return context === 'sleep' || context === 'rest';
}

function visibleSignal(
  slot: number,
  entry: Entry,
  state: PersonState,
  delta: EventDelta,
  policy: PolicyValues,
): VisibleSignal {
  const { metric, context } = slots[slot] as Slot;
  const [at, value, source, , statistic, offset] = entry;
  return {
    metric,
    context: isSurelyAtRest(context) ? context : 'unknown',
    value,
    at,
    source: sourceNamed(state.sources, source),
    statistic: seenStatistics[statistic] as SeenStatistic,
    day: localDay(at, offset),
    staleAt: at + policy.freshFor(slot) + 1,
    isNew: delta.entries.has(entry),
    slot,
  };
}

/** A device's signal, as evidence. */
export function deviceSignal(entry: DeviceEntry, { state, policy }: View): VisibleSignal {
  const [slot, , at, value, source, event, offset] = entry;
  return visibleSignal(slot, [at, value, source, event, 0, offset], state, noDelta, policy);
}

function bitsOf({ newest }: PersonState, { entries, devices }: EventDelta): number {
  let bits = 0;
  for (const metric of devices) bits |= slotBits(metric);
  for (const entry of entries) bits |= slotBit(newest.indexOf(entry));
  return bits;
}
