import { eventId, parseTimestamp, utc, type BiometricEvent } from '@bridge/contracts';
import { dayMs, firstMidnightMs, localText } from '../../population/clock.ts';
import type { DeviceClass } from '../../population/device-classes.ts';
import { personEvents } from '../../population/person-events.ts';
import { createPerson, type Person } from '../../population/person.ts';
import { mixSeed } from '../../population/random.ts';

export type UpgradedPerson = {
  readonly userId: string;
  readonly person: Person;
  /** The mode in which version 2 left the person, and the alert that this mode raised. */
  readonly mode: 'pattern' | 'guardian' | 'reflex';
  readonly alertId: string | null;
};

export type People = {
  readonly seed: number;
  readonly count: number;
  /** Of them, people whose watch sends a pulse every five minutes. */
  readonly watches: number;
};

const nights: readonly DeviceClass[] = ['ring', 'strap', 'ring_and_strap'];
const watches: readonly DeviceClass[] = ['watch', 'watch_unknown'];

/** People drawn at random; every fifth has an open alert of version 2. */
export function createPeople({ seed, count, watches: watchCount }: People): UpgradedPerson[] {
  return Array.from({ length: count }, (_, nr): UpgradedPerson => {
    const classes = nr < watchCount ? watches : nights;
    const deviceClass = classes[nr % classes.length] ?? 'ring';
    const userId = `upgrade-${nr}`;
    const person = { ...createPerson(mixSeed(seed, 'upgrade', nr), deviceClass), userId };
    const mode = (['reflex', 'guardian', 'pattern', 'pattern', 'pattern'] as const)[nr % 5] ?? 'pattern';
    const alertId = mode === 'pattern' ? null : eventId(alertOf(userId));
    return { userId, person, mode, alertId };
  });
}

const alertOf = (userId: string) =>
  ({ source: 'version-2', userId, object: { kind: 'client', id: 'alert' }, version: 0 }) as const;

/**
 * A person's events up to a time, in order of arrival; their first day begins so many days before it. Local times of day
 * are those of the model.
 */
export function* eventsUntil(
  { person, userId }: UpgradedPerson,
  days: number,
  until: number,
): Generator<BiometricEvent> {
  const today = Math.floor(until / dayMs) * dayMs;
  const shift = today - days * dayMs - firstMidnightMs;
  for (const event of personEvents(person, days + 2)) {
    const moved = withShift(event, shift, userId);
    if (Date.parse(moved.received_at) > until) return;
    yield moved;
  }
}

function withShift(event: BiometricEvent, shift: number, userId: string): BiometricEvent {
  const { source, version, provenance } = event;
  const object = { kind: 'vendor', id: provenance.object_id ?? event.event_id } as const;
  return {
    ...event,
    event_id: eventId({ source, userId, object, version }),
    timestamp: moved(event.timestamp, shift),
    received_at: utc(Date.parse(event.received_at) + shift),
    readings: event.readings.map((reading) => ({
      ...reading,
      ...(reading.start !== undefined && { start: moved(reading.start, shift) }),
      ...(reading.end !== undefined && { end: moved(reading.end, shift) }),
    })),
  };
}

function moved(text: string, shift: number): string {
  const time = parseTimestamp(text);
  if (time === undefined) throw new Error('the model made a time that does not exist');
  return localText(time.epochMs + shift, time.offsetMinutes ?? 0);
}
