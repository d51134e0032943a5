import type { BiometricEvent } from '@bridge/contracts';
import { metricBit } from './metric-bits.ts';
import { isTimely, type NewestDraft, type SignalOrigin } from './newest.ts';
import { eventMark, type DeviceEntry } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import type { Signal, Signals } from './signals.ts';
import { slotOf, slots, type SeenMetric, type Slot } from './slots.ts';
import { sourceIndex } from './sources.ts';

/** Metrics on which two devices may disagree; scores are never compared. */
const comparedMetrics = ['heart_rate', 'hrv_rmssd', 'spo2'] as const satisfies readonly SeenMetric[];
export type ComparedMetric = (typeof comparedMetrics)[number];

/** If there are more devices, those seen longest ago are forgotten. */
const keptPerMetric = 3;

/**
 * Keeps a device's last value, even when it is late compared with another device. A night's RMSSD is its mean: a single
 * sample does not represent it. `among`: bits of the metrics to consider. Returns the metrics that have a new value.
 */
export function observeDevice(
  draft: NewestDraft,
  event: BiometricEvent,
  { newest, night }: Signals,
  from: SignalOrigin,
  policy: PolicyValues,
  among = -1,
): readonly ComparedMetric[] {
  const changed: ComparedMetric[] = [];
  let device: string | undefined;
  for (const metric of comparedMetrics) {
    if ((among & metricBit(metric)) === 0) continue;
    const signal = metric === 'hrv_rmssd' ? night : newestOf(newest, metric);
    if (signal === undefined) continue;
    device ??= deviceMark(event);
    if (put(draft, device, signal, from, policy)) changed.push(metric);
  }
  return changed;
}

/** A short mark for the device: two devices of one vendor have different ones. */
export function deviceMark({ source, device_id }: BiometricEvent): string {
  const name = device_id === undefined ? source : `${source}/${device_id}`;
  let mark = 0x811c9dc5; // FNV-1a, 32 bit: devices are few, and a collision costs one comparison
  for (let at = 0; at < name.length; at += 1) mark = Math.imul(mark ^ name.charCodeAt(at), 0x01000193);
  return (mark >>> 0).toString(36);
}

function newestOf(newest: readonly Signal[], metric: SeenMetric): Signal | undefined {
  let found: Signal | undefined;
  for (const signal of newest) {
    if (signal.metric === metric && (found === undefined || signal.at > found.at)) found = signal;
  }
  return found;
}

function put(
  draft: NewestDraft,
  device: string,
  signal: Signal,
  from: SignalOrigin,
  policy: PolicyValues,
): boolean {
  const slot = slotOf(signal.metric, signal.context);
  const at = draft.devices.findIndex((entry) => entry[1] === device && isOf(entry, signal.metric));
  const before = draft.devices[at];
  if (before !== undefined && before[2] > signal.at) return false;
  if (slot === undefined) {
    // Active: nothing to compare, and its value at rest is no longer its newest.
    draft.devices = draft.devices.filter((entry) => entry !== before);
    return false;
  }
  if (!isTimely(slot, signal.at, from.now, policy)) return false;
  const entry: DeviceEntry = [
    slot,
    device,
    signal.at,
    signal.value,
    sourceIndex(draft, from.source),
    eventMark(from.eventId),
    signal.offset ?? from.zone,
  ];
  draft.devices =
    before === undefined ? withDevice(draft.devices, entry, from.now, policy) : draft.devices.with(at, entry);
  return draft.devices.includes(entry);
}

function withDevice(devices: readonly DeviceEntry[], added: DeviceEntry, now: number, policy: PolicyValues) {
  const { metric } = slots[added[0]] as Slot;
  const fresh = devices.filter(([slot, , at]) => now - at <= policy.freshFor(slot));
  const same = [added, ...fresh.filter((entry) => isOf(entry, metric))].toSorted((a, b) => b[2] - a[2]);
  return [...fresh.filter((entry) => !isOf(entry, metric)), ...same.slice(0, keptPerMetric)];
}

function isOf([slot]: DeviceEntry, metric: SeenMetric): boolean {
  return slots[slot]?.metric === metric;
}
