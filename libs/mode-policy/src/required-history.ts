import type { BiometricEvent } from '@bridge/contracts';
import { correctionOf } from './correction.ts';
import { dayEvents, isDense, laneDayOf, type HistoryContext, type LaneDay } from './history.ts';
import { collectKnown, epochOf, type EventRange, type KnownEvents } from './known-events.ts';
import { laneNumber } from './lane-kinds.ts';
import { findLane, newestDay, valueOn } from './baseline-series.ts';
import { laterZone, type Zone } from './local-day.ts';
import { offsetAt } from './person-zone.ts';
import type { PersonState } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { freshEvents, slotMetricsOf } from './retract.ts';
import { signalsOf, type Signals } from './signals.ts';
import { stepDayOf } from './step-days.ts';

/**
 * The stored events of the person that a batch needs: days that a late reading or a correction recounts, and the newest
 * signals before a correction. `events`: the person's new events in the order of decision; `known`: other versions of their
 * objects. The ranges may cover more than turns out to be needed, never less. The loaded events must come with all versions
 * of their objects.
 */
export function eventsToLoad(
  state: PersonState,
  events: readonly BiometricEvent[],
  known: KnownEvents,
  policy: PolicyValues,
): EventRange[] {
  if (!events.some((event) => mayRetract(event, known))) return [];
  const ranges: EventRange[] = [];
  const batch = createBatch(state);
  const earlier = collectKnown();
  const versionsOf = (event: BiometricEvent) => {
    const before = known.versionsOf(event);
    const ofBatch = earlier.versionsOf(event);
    return ofBatch.length === 0 ? before : [...before, ...ofBatch];
  };
  let { zone, profile, now } = state;
  for (const event of events) {
    if (event.profile !== undefined) profile = { ...profile, ...event.profile };
    const signals = signalsOf(event, policy);
    now = Math.max(now, epochOf(event.received_at));
    zone = laterZone(zone, signals.offsets, now, policy.thresholds.clocks.ahead_at_most);
    const context = contextOf(batch.sourceOf(event.source), { zone, profile }, policy);
    const { replaced, days } = correctionOf(event, { ...known, versionsOf }, context);
    const metrics = replaced.reduce((bits, one) => bits | slotMetricsOf(one), 0);
    if (metrics !== 0) ranges.push(freshEvents(now, metrics, policy));
    for (const place of [...days, ...batch.recounts(signals, context)]) ranges.push(dayEvents(place, policy));
    earlier.add(event);
  }
  return merged(ranges);
}

/**
 * Whether an event can change the past: as one of several versions, or by a daily value. In most batches no event of a
 * person does, so this check is all that runs.
 */
function mayRetract(event: BiometricEvent, known: KnownEvents): boolean {
  if (event.version > 0 || known.versionsOf(event).length > 0) return true;
  return event.readings.some(({ metric, context }) => {
    // A live pulse awake has a dense lane.
    if (metric === 'heart_rate') return context === 'sleep' || event.event_type === 'sleep';
    return dailyMetrics.has(metric);
  });
}

const dailyMetrics = new Set([
  'hrv_rmssd',
  'spo2',
  'respiratory_rate',
  'resting_heart_rate',
  'readiness_score',
  'recovery_score',
  'skin_temp',
  'skin_temp_deviation',
  'steps',
]);

type Context = Omit<HistoryContext, 'known' | 'now'>;

function contextOf(
  source: number,
  person: { readonly zone: Zone; readonly profile: PersonState['profile'] },
  policy: PolicyValues,
): Context {
  return { source, policy, offsetAt: (at) => offsetAt(person, at) };
}

const stepsKind = laneNumber('steps');

/** Follows which days the events of a batch touch, without deciding. */
function createBatch({ sources, lanes, stepDays }: PersonState) {
  const names = [...sources];
  const newestDays = new Map<string, number>();
  const touched = new Set<string>();
  const laneKey = ({ kind, source }: LaneDay) => `${kind}/${source}`;
  const dayKey = (place: LaneDay) => `${laneKey(place)}/${place.day}`;
  const newestOf = (place: LaneDay) => {
    const lane = findLane(lanes, place.kind, place.source);
    const known = newestDays.get(laneKey(place)) ?? (lane === undefined ? place.day : newestDay(lane));
    newestDays.set(laneKey(place), Math.max(known, place.day));
    return known;
  };
  const hasValue = (place: LaneDay) => {
    const lane = findLane(lanes, place.kind, place.source);
    return lane !== undefined && !Number.isNaN(valueOn(lane, place.day));
  };
  const isOpen = ({ source, day }: LaneDay) => stepDays.some((one) => one[0] === source && one[1] === day);
  return {
    /** A source that the state may not know yet, or may forget: its number does not matter then. */
    sourceOf: (name: string) => {
      const at = names.indexOf(name);
      return at === -1 ? names.push(name) - 1 : at;
    },
    recounts: ({ all, steps, measured }: Signals, context: Context): LaneDay[] => {
      const days: LaneDay[] = [];
      for (const signal of all) {
        const place = laneDayOf(signal, measured, context);
        if (place === undefined || isDense(place.kind)) continue;
        const newest = newestOf(place);
        if (place.day < newest && (touched.has(dayKey(place)) || hasValue(place))) days.push(place);
        touched.add(dayKey(place));
      }
      for (const count of steps) {
        const { day } = stepDayOf(count, context.offsetAt);
        const place = { kind: stepsKind, source: context.source, day };
        if (!isOpen(place) && (touched.has(dayKey(place)) || hasValue(place))) days.push(place);
        touched.add(dayKey(place));
      }
      return days;
    },
  };
}

/** Merges overlapping ranges of the same metrics. */
function merged(ranges: readonly EventRange[]): EventRange[] {
  const result: EventRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.metrics - b.metrics || a.from - b.from)) {
    const last = result.at(-1);
    if (last?.metrics === range.metrics && range.from <= last.to) {
      result[result.length - 1] = { ...last, to: Math.max(last.to, range.to) };
    } else result.push(range);
  }
  return result;
}
