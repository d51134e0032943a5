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
 * The events that may be versions of objects decided earlier: the caller loads all other stored versions of these objects
 * first. Content has no versions.
 */
export function objectsToLoad(events: readonly BiometricEvent[]): BiometricEvent[] {
  return events.filter((event) => objectKey(event) !== undefined);
}

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
    // The newest signals may come from this batch, so all metrics of the replaced versions count as well.
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
 * Whether an event can change the past: as one of several versions, or by a daily value. In most batches no event of a
 * person does, so this check is all that runs.
 */
function mayRetract(event: BiometricEvent, known: KnownEvents): boolean {
  if (event.version > 0 || known.versionsOf(event).length > 0) return true;
  return event.readings.some((reading) => mayHaveBaseline(reading, event.event_type));
}

/** Days since 1970 stay far below the factor. */
const keyOf = ({ series, day }: SeriesDay): number => series * 2 ** 24 + day;

function newestDayOf(state: PersonState, { series, day }: SeriesDay): number {
  const found = findSeries(state.lanes, series);
  return found === undefined ? day : newestDay(found);
}

function hasValue(state: PersonState, { series, day }: SeriesDay): boolean {
  const found = findSeries(state.lanes, series);
  return found !== undefined && !Number.isNaN(valueOn(found, day));
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
