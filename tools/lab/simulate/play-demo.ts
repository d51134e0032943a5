import { inOrderOfArrival } from './devices/in-order-of-arrival.ts';
import { dayMs, hourMs, minuteMs } from './life/day-number.ts';
import { demoEvents, people } from './people.ts';
import type { SimulatedEvent, SimulatedReading } from './devices/simulated-event.ts';

/** An event whose times are those of the play. */
export type ScheduledEvent = {
  readonly event: SimulatedEvent;
  /** Time to send the event, in real milliseconds since 1970. */
  readonly due: number;
};

export type Play = {
  readonly seed: number;
  readonly startedAt: number;
  /** Real minutes that a simulated day takes. */
  readonly dayMinutes: number;
};

const pastDays = 14;
/** The play begins when Europe wakes up: the night's data come in within the first minutes. */
const firstHour = 6;
const frequent = new Set(['heart_rate', 'hrv', 'steps']);

/**
 * Returns the events of the two weeks before today, like a first pull: with true dates, and all due at once. Without the pulse of every
 * minute. The ids are those of the dates, so that the next start sends duplicates, not contradictions.
 */
export function pastEvents({ seed, startedAt }: Pick<Play, 'seed' | 'startedAt'>): ScheduledEvent[] {
  const today = Math.floor(startedAt / dayMs);
  const span = { seed, firstDay: today, from: (today - pastDays) * dayMs, until: today * dayMs };
  return inOrderOfArrival(people.flatMap((person) => demoEvents(person, span)))
    .filter(({ eventType }) => !frequent.has(eventType))
    .map((event) => ({ event, due: startedAt }));
}

/** One simulated day, the nth from today, played from `startedAt` on; all of its times are mapped alike, but for the start of nights. */
export function dayEvents({ seed, startedAt, dayMinutes }: Play, nth: number): ScheduledEvent[] {
  const today = Math.floor(startedAt / dayMs);
  const start = today * dayMs + firstHour * hourMs;
  const span = { seed, firstDay: today, from: start + nth * dayMs, until: start + (nth + 1) * dayMs };
  const real = (simulated: number) =>
    startedAt + Math.round(((simulated - start) * dayMinutes * minuteMs) / dayMs);
  return inOrderOfArrival(people.flatMap((person) => demoEvents(person, span))).map((event) => ({
    event: { ...withTimes(event, real), objectId: `demo-${startedAt}-${event.objectId}` },
    due: real(event.receivedAt),
  }));
}

/** A night keeps its length: one of seven minutes would pass for a short measurement, its mean for a pulse of now. */
function withTimes(event: SimulatedEvent, real: (simulated: number) => number): SimulatedEvent {
  const startOf = ({ start = 0, end = start, context }: SimulatedReading) =>
    context === 'sleep' ? real(end) - (end - start) : real(start);
  return {
    ...event,
    measuredAt: real(event.measuredAt),
    receivedAt: real(event.receivedAt),
    readings: event.readings.map((reading) => ({
      ...reading,
      ...(reading.start !== undefined && { start: startOf(reading) }),
      ...(reading.end !== undefined && { end: real(reading.end) }),
    })),
  };
}
