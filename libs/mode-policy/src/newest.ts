import { isAtRest } from './activities.ts';
import { eventMark, type Activity, type DeviceEntry, type Entry } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { isNewer, seenStatistics, type SeenStatistic, type Signal } from './signals.ts';
import { needsRest, slotOf, slots, type Slot } from './slots.ts';
import { sourceIndex } from './sources.ts';

/** More slots than a person fills in a day; beyond that the oldest signal is dropped. */
const keptSlots = 16;

/** The signals that rules may see, while one decision is being made. */
export type NewestDraft = {
  newest: readonly (Entry | 0)[];
  /** The same list once it has been copied. */
  own: (Entry | 0)[] | null;
  devices: readonly DeviceEntry[];
  sources: readonly string[];
  /** Entries that come from the event being decided. */
  readonly added: Set<Entry>;
};

export type SignalOrigin = {
  readonly eventId: string;
  readonly source: string;
  readonly now: number;
  /** The person's offset, for readings without one. */
  readonly zone: number;
  readonly activities: readonly Activity[];
};

export function newDraft(state: Pick<NewestDraft, 'newest' | 'devices' | 'sources'>): NewestDraft {
  const { newest, devices, sources } = state;
  return { newest, own: null, devices, sources, added: new Set() };
}

/** Puts a signal into its slot. Late, stale and future signals get none: they are history only. */
export function observe(draft: NewestDraft, signal: Signal, from: SignalOrigin, policy: PolicyValues): void {
  const slot = slotFor(signal, from, policy);
  if (slot === undefined || !isTimely(slot, signal.at, from.now, policy)) return;
  if (isLate(draft.newest, slot, signal, eventMark(from.eventId))) return;
  const before = draft.newest[slot];
  const entry: Entry = [
    signal.at,
    signal.value,
    sourceIndex(draft, from.source),
    eventMark(from.eventId),
    seenStatistics.indexOf(signal.statistic),
    signal.offset ?? from.zone,
  ];
  let own = draft.own ?? [...draft.newest];
  own[slot] = entry;
  if (before === 0) own = withoutStale(own, from.now, policy);
  draft.own = own;
  draft.newest = own;
  draft.added.add(entry);
}

/** Removes the entries of the given events. */
export function withoutEvents(
  newest: readonly (Entry | 0)[],
  marks: ReadonlySet<string>,
): readonly (Entry | 0)[] {
  return newest.some((entry) => entry !== 0 && marks.has(entry[3]))
    ? newest.map((entry) => (entry !== 0 && marks.has(entry[3]) ? 0 : entry))
    : newest;
}

function slotFor({ metric, context, at }: Signal, { activities }: SignalOrigin, policy: PolicyValues) {
  const moving = context === 'unknown' && needsRest(metric) && !isAtRest(activities, at, policy);
  return slotOf(metric, moving ? 'moving' : context);
}

/** Neither stale nor from a clock that runs ahead. */
export function isTimely(slot: number, at: number, now: number, policy: PolicyValues): boolean {
  return at - now <= policy.thresholds.signals.ahead_at_most && now - at <= policy.freshFor(slot);
}

/** Late: older than the newest of its metric and context. At equal times a mean comes before a sample, then the smaller id. */
function isLate(newest: readonly (Entry | 0)[], slot: number, signal: Signal, mark: string): boolean {
  const other = newest[slot];
  const partner = partnerOf(slot);
  const beside = partner === undefined ? 0 : newest[partner];
  // Moving and unknown are one context; known activities distinguish them.
  if (beside && beside[0] > signal.at) return true;
  if (!other) return false;
  const known = { at: other[0], statistic: seenStatistics[other[4]] as SeenStatistic };
  if (isNewer(signal, known)) return false;
  return isNewer(known, signal) || other[3] <= mark;
}

function partnerOf(slot: number): number | undefined {
  const { metric, context } = slots[slot] as Slot;
  if (!needsRest(metric)) return undefined;
  if (context === 'unknown') return slotOf(metric, 'moving');
  return context === 'moving' ? slotOf(metric, 'unknown') : undefined;
}

/**
 * A stale entry can be dropped: anything older is stale as well, so nothing late can be mistaken for new. If there are
 * still too many, the oldest is dropped.
 */
function withoutStale(newest: readonly (Entry | 0)[], now: number, policy: PolicyValues): (Entry | 0)[] {
  const fresh = newest.map((entry, slot) =>
    entry !== 0 && now - entry[0] <= policy.freshFor(slot) ? entry : 0,
  );
  const kept = fresh.filter((entry) => entry !== 0);
  if (kept.length <= keptSlots) return fresh;
  const oldest = kept.reduce((a, b) => (b[0] < a[0] ? b : a));
  return fresh.with(fresh.indexOf(oldest), 0);
}
