import type { BiometricEvent } from '@bridge/contracts';
import { byteaArray, int4Array, timestamptzArray, uuidArray, type Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { EventRange } from '@bridge/mode-policy';
import { unsealEvent } from './sealed-rows.ts';

type Row = { readonly subjectId: string; readonly eventId: Buffer; readonly payload: Buffer };

export type People = ReadonlyMap<string, LiveSubject>;
export type PersonEvent = { readonly subjectId: string; readonly event: BiometricEvent };

const columns = 'e.subject_id "subjectId", e.event_id "eventId", e.payload';

/** Events by id; the time leads to the right partition. */
export async function eventsById(
  query: Query,
  people: People,
  wanted: readonly { readonly subjectId: string; readonly eventId: Buffer; readonly time: number }[],
): Promise<PersonEvent[]> {
  if (wanted.length === 0) return [];
  const rows = await query<Row>(
    `select ${columns}
       from unnest($1::uuid[], $2::bytea[], $3::timestamptz[]) as w(subject_id, event_id, time)
       join biometric_events e using (subject_id, event_id, time)`,
    [
      uuidArray(wanted.map(({ subjectId }) => subjectId)),
      byteaArray(wanted.map(({ eventId }) => eventId)),
      timestamptzArray(wanted.map(({ time }) => time)),
    ],
  );
  return unsealAll(rows, people);
}

/** Events by id whose time is not known: reads all of the person's rows, so only for the rare case. */
export async function eventsAnywhere(
  query: Query,
  people: People,
  wanted: readonly { readonly subjectId: string; readonly eventId: Buffer }[],
): Promise<PersonEvent[]> {
  if (wanted.length === 0) return [];
  const rows = await query<Row>(
    `select ${columns} from biometric_events e
      where e.subject_id = any($1::uuid[]) and e.event_id = any($2::bytea[])`,
    [uuidArray(wanted.map(({ subjectId }) => subjectId)), byteaArray(wanted.map(({ eventId }) => eventId))],
  );
  return unsealAll(rows, people);
}

/** Events of ranges, without those of which a higher version was decided on. */
export async function eventsBetween(
  query: Query,
  people: People,
  ranges: readonly (EventRange & { readonly subjectId: string })[],
): Promise<PersonEvent[]> {
  if (ranges.length === 0) return [];
  const rows = await query<Row>(
    `select ${columns}
       from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::int[]) as w(subject_id, since, upto, metrics)
       join biometric_events e on e.subject_id = w.subject_id and e.time between w.since and w.upto
                              and e.metrics & w.metrics <> 0
      where coalesce((select o.version from cognition.objects o
                       where o.object_key = coalesce(e.object_key, e.event_id)), 0) <= e.version`,
    [
      uuidArray(ranges.map(({ subjectId }) => subjectId)),
      timestamptzArray(ranges.map(({ from }) => from)),
      timestamptzArray(ranges.map(({ to }) => to)),
      int4Array(ranges.map(({ metrics }) => metrics)),
    ],
  );
  return unsealAll(rows, people);
}

/** A person's events of a range that were decided on by a `seq`, whatever they contain, in the order of their decisions. */
export async function eventsSince(
  query: Query,
  person: LiveSubject,
  { from, to }: Pick<EventRange, 'from' | 'to'>,
  upTo: number,
): Promise<BiometricEvent[]> {
  const rows = await query<Omit<Row, 'subjectId'>>(
    `select event_id "eventId", payload from biometric_events
      where subject_id = $1 and time between to_timestamp($2 / 1000.0) and to_timestamp($3 / 1000.0)
        and seq <= $4 order by seq`,
    [person.subjectId, from, to, upTo],
  );
  return rows.map(({ eventId, payload }) => unsealEvent(payload, eventId, person));
}

/** Events of one person that were decided on after a `seq`, in the order of their decisions. */
export async function eventsAfter(query: Query, person: LiveSubject, seq: number): Promise<BiometricEvent[]> {
  return eventsOf(query, person, { from: seq + 1, to: Number.MAX_SAFE_INTEGER });
}

/** Events of one person that were decided on by a `seq`, in the order of their decisions. */
export async function eventsUpTo(query: Query, person: LiveSubject, seq: number): Promise<BiometricEvent[]> {
  return seq === 0 ? [] : eventsOf(query, person, { from: 0, to: seq });
}

async function eventsOf(
  query: Query,
  person: LiveSubject,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<BiometricEvent[]> {
  const rows = await query<Omit<Row, 'subjectId'>>(
    `select event_id "eventId", payload from biometric_events
      where subject_id = $1 and seq between $2 and $3 order by seq`,
    [person.subjectId, from, to],
  );
  return rows.map(({ eventId, payload }) => unsealEvent(payload, eventId, person));
}

function unsealAll(rows: readonly Row[], people: People): PersonEvent[] {
  return rows.flatMap(({ subjectId, eventId, payload }) => {
    const person = people.get(subjectId);
    return person === undefined ? [] : [{ subjectId, event: unsealEvent(payload, eventId, person) }];
  });
}
