import type { Draft } from './draft.ts';
import { contextKey } from './flags.ts';
import type { Newest, Window } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import type { Signal } from './signals.ts';
import { metricOfSlot, slotNumber, slots, vitals, type Slot, type Vital } from './slots.ts';

/** More entries than four devices fill in a day; beyond that the oldest is dropped. */
const keptEntries = 36;
/** Three vital signs of more devices than a person wears. Beyond that those that were silent longest are dropped. */
const keptWindows = 15;
/** Numbers of one reading in a window. */
export const readingSize = 3;

/** Why a signal is no input of rules. */
export type Refusal = 'late' | 'stale';

/**
 * Puts a live reading into its device's window. Late: older than the newest of that device and context. A window keeps
 * what is late too, in order, since confirmation looks at it. Returns whether it is an input.
 */
export function observeVital(
  draft: Draft,
  vital: Vital,
  device: number,
  { at, value, flags }: Pick<Signal, 'at' | 'value' | 'flags'>,
  policy: PolicyValues,
): boolean {
  const number = vitals.indexOf(vital);
  const index = draft.windows.findIndex((one) => one[0] === number && one[1] === device);
  const before = draft.windows[index]?.[2] ?? [];
  const isLate = hasNewer(before, at, flags);
  const readings = withReading(before, at, value, flags, vital, policy);
  if (readings === before) return !isLate;
  const window: Window = [number, device, readings];
  draft.windows = index === -1 ? addWindow(draft.windows, window) : draft.windows.with(index, window);
  return !isLate;
}

function hasNewer(readings: readonly number[], at: number, flags: number): boolean {
  for (let index = readings.length - readingSize; index >= 0; index -= readingSize) {
    if ((readings[index] as number) <= at) return false;
    if (contextKey(readings[index + 2] as number) === contextKey(flags)) return true;
  }
  return false;
}

/** Readings of the last minutes before the newest; of readings that are too close the first. */
function withReading(
  readings: readonly number[],
  at: number,
  value: number,
  flags: number,
  vital: Vital,
  { thresholds }: PolicyValues,
): readonly number[] {
  const { remembered, within } = thresholds.confirmation;
  const span = Math.max(remembered.within, within[vital]);
  const newest = readings.length === 0 ? at : (readings[readings.length - readingSize] as number);
  if (newest - at > span) return readings;
  const kept: number[] = [];
  const from = Math.max(newest, at) - span;
  let index = 0;
  const takeUntil = (last: number) => {
    for (; index < readings.length && (readings[index] as number) <= last; index += readingSize) {
      if ((readings[index] as number) >= from) kept.push(...readings.slice(index, index + readingSize));
    }
  };
  takeUntil(at);
  kept.push(at, value, flags);
  takeUntil(Infinity);
  return atMost(kept, remembered.readings, remembered.apart);
}

/**
 * The last reading is always kept: rules judge it, and it tells what is late. Before it those that are at least `apart`
 * after the one before.
 */
function atMost(readings: number[], most: number, apart: number): number[] {
  const count = readings.length / readingSize;
  if (count > 2) {
    const before = readings[readings.length - 2 * readingSize] as number;
    const earlier = readings[readings.length - 3 * readingSize] as number;
    if (before - earlier < apart) readings.splice(readings.length - 2 * readingSize, readingSize);
  }
  return readings.length / readingSize > most ? readings.slice(-most * readingSize) : readings;
}

/** The device's other windows stay: the same event may have brought them. */
function addWindow(windows: readonly Window[], added: Window): readonly Window[] {
  const all = [...windows, added];
  if (all.length <= keptWindows) return all;
  const newestOf = ([, , readings]: Window) => readings[readings.length - readingSize] as number;
  const [oldest] = windows
    .filter(([, device]) => device !== added[1])
    .toSorted((a, b) => newestOf(a) - newestOf(b));
  return all.filter((one) => one !== oldest);
}

/**
 * Puts a signal into its slot; returns the entry, or why it is none. Of equal times a later event's counts: an equal time
 * is not late.
 */
export function observeSlot(
  draft: Draft,
  slot: Slot,
  device: number,
  signal: Pick<Signal, 'at' | 'value' | 'flags'> & { readonly offset: number },
  now: number,
  policy: PolicyValues,
): Newest | Refusal {
  const number = slotNumber(slot);
  const { at, value, flags, offset } = signal;
  const key = contextKey(flags);
  const index = draft.newest.findIndex(
    (one) => one[0] === number && one[1] === device && contextKey(one[5]) === key,
  );
  const before = draft.newest[index];
  if (before !== undefined && before[2] > at) return 'late';
  if (now - at > policy.holdsFor(metricOfSlot(slot), flags)) return 'stale';
  const entry: Newest = [number, device, at, value, offset, flags];
  const others =
    before === undefined ? withRoom(draft.newest, now, policy) : draft.newest.toSpliced(index, 1);
  const place = others.findIndex((one) => compareEntries(entry, one) < 0);
  draft.newest = others.toSpliced(place === -1 ? others.length : place, 0, entry);
  return entry;
}

/** The order of a state's entries, whatever they came in: the newest first. */
export function compareEntries(a: Newest, b: Newest): number {
  return b[2] - a[2] || a[1] - b[1] || a[0] - b[0] || a[5] - b[5];
}

/**
 * A stale entry can be dropped: anything older is stale as well, so nothing late can be mistaken for new. If there are
 * still too many, the oldest is dropped.
 */
function withRoom(newest: readonly Newest[], now: number, policy: PolicyValues): readonly Newest[] {
  const fresh = newest.filter(
    ([slot, , at, , , flags]) => now - at <= policy.holdsFor(metricOfSlot(slots[slot] as Slot), flags),
  );
  return fresh.length < keptEntries ? fresh : fresh.slice(0, keptEntries - 1);
}
