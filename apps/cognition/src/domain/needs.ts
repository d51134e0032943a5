import type { BiometricEvent } from '@bridge/contracts';
import { correctionOf } from './correction.ts';
import { laneDayOf, type LaneDay } from './history.ts';
import { collectKnown, measuredAt, objectKey, type KnownEvents } from './known-events.ts';
import { findLane, mayHaveBaseline, newestDay, valueOn } from './lanes.ts';
import { dayRange, laterZone } from './local-day.ts';
import type { PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { signalsOf } from './signals.ts';

/** Timestamps of events, in ms since 1970, ends included. */
export type TimeRange = { readonly from: number; readonly to: number };

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
  rules: RuleSet,
): TimeRange[] {
  if (!events.some((event) => mayTakeBack(event, known))) return [];
  const ranges: TimeRange[] = [];
  const newestDays = new Map(state.lanes.map((lane) => [lane[0], newestDay(lane)]));
  const touched = new Set<string>();
  const earlier = collectKnown();
  const versionsOf = (event: BiometricEvent) => [...known.versionsOf(event), ...earlier.versionsOf(event)];
  let { zone, now } = state;
  for (const event of events) {
    const { all, measured, offsets } = signalsOf(event, rules);
    const received = measuredAt({ ...event, timestamp: event.received_at });
    now = Math.max(now, received);
    zone = laterZone(zone, offsets, now + rules.thresholds.signals.ahead_at_most);
    const context = { zone: zone[0], now, known: { ...known, versionsOf }, rules };
    const { marks, days } = correctionOf(event, context);
    if (marks.size > 0) ranges.push(freshRange(now, rules));
    for (const place of days) ranges.push(rangeOf(place, rules));
    for (const signal of all) {
      const place = laneDayOf(signal, measured, context);
      if (place === undefined) continue;
      const newest = newestDays.get(place.lane) ?? place.day;
      newestDays.set(place.lane, Math.max(newest, place.day));
      const key = `${place.lane}/${place.day}`;
      if (place.day < newest && (touched.has(key) || hasValue(state, place)))
        ranges.push(rangeOf(place, rules));
      touched.add(key);
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

/** Timestamps of the events that can have a signal that is fresh now. */
export function freshRange(now: number, { thresholds, freshLongest }: RuleSet): TimeRange {
  const { readings_within } = thresholds.baselines;
  return { from: now - freshLongest - readings_within, to: now + thresholds.signals.ahead_at_most };
}

function rangeOf({ day }: LaneDay, { thresholds }: RuleSet): TimeRange {
  const { from, to } = dayRange(day);
  const span = thresholds.baselines.readings_within;
  return { from: from - span, to: to + span };
}

function hasValue(state: PersonState, { lane, day }: LaneDay): boolean {
  const found = findLane(state.lanes, lane);
  return found !== undefined && !Number.isNaN(valueOn(found, day));
}

function merged(ranges: readonly TimeRange[]): TimeRange[] {
  const result: TimeRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && range.from <= last.to) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else result.push(range);
  }
  return result;
}
