import type { BiometricEvent } from '@bridge/contracts';
import { byteaArray, int4Array, timestamptzArray, type Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import {
  collectKnown,
  type EventRange,
  eventsToLoad,
  type PersonState,
  type RuleSet,
} from '@bridge/mode-policy';
import { objectKeyOf } from './object-key.ts';
import { unsealEvent } from './sealed-rows.ts';

type Known = ReturnType<typeof collectKnown>;
type Row = { readonly eventId: Buffer; readonly payload: Buffer };

/** Steps that are decided again together, and what they start from. */
export type ReplaySegment = {
  /** Of the first step. */
  readonly seq: number;
  readonly state: PersonState;
  readonly rules: RuleSet;
  readonly events: readonly BiometricEvent[];
};

/** What was known of a person before a segment. Each event of it is added after its decision. */
export type LoadEarlierEvents = (segment: ReplaySegment) => Promise<Known>;

/**
 * Everything: for those who check whether what was needed was loaded. Takes as much memory as the person has events.
 * `before`: the events that were decided on before the first segment.
 */
export function rememberAll(before: readonly BiometricEvent[]): LoadEarlierEvents {
  const known = collectKnown(before);
  return () => Promise.resolve(known);
}

/**
 * What is needed, as `loadKnown` has it for a batch; but of what had been decided on by then, so versions that came later
 * do not count, and those that were replaced later do.
 */
export function readEarlier(query: Query, person: LiveSubject): LoadEarlierEvents {
  const unseal = (rows: readonly Row[]) => rows.map((row) => unsealEvent(row.payload, row.eventId, person));

  /** Only objects that are known there have more than a version 0. */
  async function versionsOf(events: readonly BiometricEvent[], seq: number): Promise<BiometricEvent[]> {
    const keys = new Set(events.flatMap((event) => objectKeyOf(event) ?? []));
    if (keys.size === 0) return [];
    const corrected = await query<{ key: Buffer }>(
      'select object_key key from shared.objects where object_key = any($1::bytea[])',
      [byteaArray([...keys])],
    );
    if (corrected.length === 0) return [];
    const rows = await query<Row>(
      `select event_id "eventId", payload from biometric_events
        where subject_id = $1 and seq < $2 and coalesce(object_key, event_id) = any($3::bytea[])`,
      [person.subjectId, seq, byteaArray(corrected.map(({ key }) => key))],
    );
    return unseal(rows);
  }

  async function eventsOf(ranges: readonly EventRange[], seq: number): Promise<BiometricEvent[]> {
    const rows = await query<Row>(
      `select e.event_id "eventId", e.payload
         from unnest($3::timestamptz[], $4::timestamptz[], $5::int[]) as w(since, upto, metrics)
         join biometric_events e on e.subject_id = $1 and e.seq < $2 and e.time between w.since and w.upto
                                and e.metrics & w.metrics <> 0`,
      [
        person.subjectId,
        seq,
        timestamptzArray(ranges.map(({ from }) => from)),
        timestamptzArray(ranges.map(({ to }) => to)),
        int4Array(ranges.map(({ metrics }) => metrics)),
      ],
    );
    return unseal(rows);
  }

  return async function earlier({ seq, state, rules, events }) {
    const known = collectKnown(await versionsOf(events, seq));
    const ranges = eventsToLoad(state, events, known, rules);
    if (ranges.length === 0) return known;
    const found = await eventsOf(ranges, seq);
    for (const event of [...found, ...(await versionsOf(found, seq))]) known.add(event);
    return known;
  };
}
