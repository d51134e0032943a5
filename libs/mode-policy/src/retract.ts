import type { BiometricEvent } from '@bridge/contracts';
import type { Correction } from './correction.ts';
import type { Draft } from './draft.ts';
import { contextKey } from './flags.ts';
import type { HistoryContext } from './history.ts';
import type { EventRange, KnownEvents } from './known-events.ts';
import { metricBit, metricBitsOf } from './metric-bits.ts';
import { observeSlot, readingSize } from './observe.ts';
import type { PolicyValues } from './policy-values.ts';
import { signalsOf, type Signal, type Signals } from './signals.ts';
import { metricOfSlot, slotNumber, slots, vitals, type Slot, type Vital } from './slots.ts';

/** A signal that no longer holds. */
export type Retraction = {
  readonly slot: Slot | undefined;
  readonly vital: Vital | undefined;
  readonly device: number;
  readonly at: number;
};

/** Removes the signals of the replaced version and finds the newest signals of those slots without them. */
export function retract(
  draft: Draft,
  { signals, replaced }: Correction,
  event: BiometricEvent,
  device: number,
  context: HistoryContext,
): Retraction[] {
  const { all } = signals as Signals;
  const retracted: Retraction[] = [];
  let metrics = 0;
  for (const signal of all) {
    const { slot, vital, at } = signal;
    const found = vital === undefined ? dropEntry(draft, signal, device) : dropReading(draft, signal, device);
    if (found && slot !== undefined) metrics |= metricBit(metricOfSlot(slot));
    retracted.push({ slot, vital, device, at });
  }
  if (metrics !== 0) reobserve(draft, { metrics, event, replaced, device }, context);
  return retracted;
}

function dropEntry(draft: Draft, { slot, at, flags }: Signal, device: number): boolean {
  if (slot === undefined) return false;
  const number = slotNumber(slot);
  const isOne = (one: Draft['newest'][number]) =>
    one[0] === number && one[1] === device && one[2] === at && contextKey(one[5]) === contextKey(flags);
  if (!draft.newest.some(isOne)) return false;
  draft.newest = draft.newest.filter((one) => !isOne(one));
  return true;
}

function dropReading(draft: Draft, { vital, at }: Signal, device: number): boolean {
  const number = vitals.indexOf(vital as Vital);
  const index = draft.windows.findIndex((one) => one[0] === number && one[1] === device);
  const window = draft.windows[index];
  if (window === undefined) return false;
  const kept: number[] = [];
  const readings = window[2];
  for (let from = 0; from < readings.length; from += readingSize) {
    if (readings[from] !== at) kept.push(...readings.slice(from, from + readingSize));
  }
  if (kept.length === readings.length) return false;
  draft.windows =
    kept.length === 0 ? draft.windows.toSpliced(index, 1) : draft.windows.with(index, [number, device, kept]);
  return true;
}

type Reobservation = {
  readonly metrics: number;
  readonly event: BiometricEvent;
  readonly replaced: readonly BiometricEvent[];
  readonly device: number;
};

/** Puts the device's earlier readings back where rules see them. */
function reobserve(
  draft: Draft,
  { metrics, event, replaced, device }: Reobservation,
  { now, known, policy, offsetAt }: HistoryContext,
): void {
  const others = freshSignals(known, now, metrics, policy)
    .filter(
      ({ other }) =>
        other !== event &&
        !replaced.includes(other) &&
        other.source === event.source &&
        other.device_id === event.device_id,
    )
    // Callers hold events in different orders.
    .toSorted(
      (a, b) => a.signals.measured - b.signals.measured || a.other.event_id.localeCompare(b.other.event_id),
    );
  for (const { signals } of others) {
    for (const signal of signals.all) {
      const { slot } = signal;
      if (slot === undefined || (metricBit(signal.metric) & metrics) === 0) continue;
      const offset = signal.offset ?? offsetAt(signal.at);
      observeSlot(draft, slot, device, { ...signal, offset }, now, policy);
    }
  }
}

function freshSignals(known: KnownEvents, now: number, metrics: number, policy: PolicyValues) {
  return known
    .between(freshEvents(now, metrics, policy))
    .map((other) => ({ other, signals: signalsOf(other, policy) }));
}

/** The events that can contain a signal of these metrics that is still fresh. */
export function freshEvents(now: number, metrics: number, { thresholds }: PolicyValues): EventRange {
  const { readings_within } = thresholds.signals;
  return {
    from: now - thresholds.fresh_for.daily.to_hold - readings_within,
    to: now + thresholds.clocks.ahead_at_most,
    metrics,
  };
}

/** The metrics of an event that slots keep: what a correction of it may bring to light again. */
export function slotMetricsOf(event: BiometricEvent): number {
  return metricBitsOf(event) & slotMetrics;
}

const slotMetrics = slots.reduce((bits, slot) => bits | metricBit(metricOfSlot(slot)), 0);
