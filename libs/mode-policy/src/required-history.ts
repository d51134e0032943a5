import type { BiometricEvent } from '@bridge/contracts';
import { correctionOf } from './correction.ts';
import { dayEvents, seriesDayOf, type SeriesDay } from './history.ts';
import { collectKnown, epochOf, objectKey, type EventRange, type KnownEvents } from './known-events.ts';
import { findSeries, mayHaveBaseline, newestDay, valueOn } from './baseline-series.ts';
import { laterZone } from './local-day.ts';
import { metricBitsOf } from './metric-bits.ts';
import type { PersonState } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { signalsOf } from './signals.ts';
import { freshEvents, metricsOfMarked } from './retract.ts';

/**
 * Which events may be versions of objects that were decided on before: the caller loads all other stored versions of
 * their objects first. Content has no versions.
 */
export function objectsToLoad(events: readonly BiometricEvent[]): BiometricEvent[] {
  return events.filter((event) => objectKey(event) !== undefined);
}

/**
 * Which stored events of the person a batch needs: days that a late reading or a correction takes anew, and what was
 * newest before a correction. `events`: the person's new events in the order in which they will be decided on; `known`:
 * other versions of their objects. May name more than turns out to be needed, never less. What is loaded must be known
 * together with all versions of its objects.
 */
export function eventsToLoad(
  state: PersonState,
  events: readonly BiometricEvent[],
  known: KnownEvents,
  policy: PolicyValues,
): EventRange[] {
  if (!events.some((event) => mayTakeBack(event, known))) return [];
  const ranges: EventRange[] = [];
  const newestDays = new Map<number, number>();
  const touched = new Set<number>();
  const earlier = collectKnown();
  const versionsOf = (event: BiometricEvent) => {
    const before = known.versionsOf(event);
    const ofBatch = earlier.versionsOf(event);
    return ofBatch.length === 0 ? before : [...before, ...ofBatch];
  };
  let { zone, now } = state;
  for (const event of events) {
    const { all, measured, offsets } = signalsOf(event, policy);
    now = Math.max(now, epochOf(event.received_at));
    zone = laterZone(zone, offsets, now + policy.thresholds.signals.ahead_at_most);
    const context = { zone: zone[0], now, known: { ...known, versionsOf }, policy };
    const { replaced, marks, days } = correctionOf(event, context);
    // What is newest by then may have come with this batch, so all that the replaced versions told counts as well.
    const metrics = replaced.reduce((bits, one) => bits | metricBitsOf(one), metricsOfMarked(state, marks));
    if (metrics !== 0) ranges.push(freshEvents(now, metrics, policy));
    for (const place of days) ranges.push(dayEvents(place, policy));
    for (const signal of all) {
      const place = seriesDayOf(signal, measured, context);
      if (place === undefined) continue;
      const newest = newestDays.get(place.series) ?? newestDayOf(state, place);
      newestDays.set(place.series, Math.max(newest, place.day));
      if (place.day < newest && (touched.has(keyOf(place)) || hasValue(state, place)))
        ranges.push(dayEvents(place, policy));
      touched.add(keyOf(place));
    }
    earlier.add(event);
  }
  return merged(ranges);
}

/**
 * Whether an event can touch what is past: as a version among others, or by a daily value. Of most batches no event of a
 * person does, and this is all that is looked at.
 */
function mayTakeBack(event: BiometricEvent, known: KnownEvents): boolean {
  if (event.version > 0 || known.versionsOf(event).length > 0) return true;
  return event.readings.some((reading) => mayHaveBaseline(reading, event.event_type));
}

/** Days since 1970 stay far below. */
const keyOf = ({ series, day }: SeriesDay): number => series * 2 ** 24 + day;

function newestDayOf(state: PersonState, { series, day }: SeriesDay): number {
  const found = findSeries(state.lanes, series);
  return found === undefined ? day : newestDay(found);
}

function hasValue(state: PersonState, { series, day }: SeriesDay): boolean {
  const found = findSeries(state.lanes, series);
  return found !== undefined && !Number.isNaN(valueOn(found, day));
}

/** Ranges that overlap are one, if they ask for the same metrics. */
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
