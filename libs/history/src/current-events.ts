import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { SealedEvent } from './sealed-events.ts';

export type EventSelection = {
  /** By the event's timestamp, in ms since 1970: from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  /** Bits of metrics that it must contain one of: see `metricBitsOf`. Absent: whatever it contains. */
  readonly metrics?: number | undefined;
  readonly eventType?: string | undefined;
  /** Pulses come by the thousand and are stamped when they are measured: those from before this time are left out, in ms since 1970. */
  readonly pulsesFrom?: number | undefined;
};

/** An event's readings lie at most so far from its timestamp, in ms. */
export const readingsWithinMs = 14 * 3_600_000;

/** Read at a time, so that memory stays flat however much a person has. */
const pageOfEvents = 20_000;

type Row = SealedEvent & { readonly time: number };

/** A person's events that count, in the order of their times, some at a time. */
export async function* currentEvents(
  query: Query,
  { subjectId }: LiveSubject,
  { from, to, metrics = -1, eventType, pulsesFrom }: EventSelection,
  pageSize = pageOfEvents,
): AsyncGenerator<readonly SealedEvent[]> {
  let after: { readonly time: number; readonly id: Buffer } = { time: from, id: Buffer.alloc(0) };
  for (;;) {
    const rows = await query<Row>(
      `select event_id "eventId", payload, extract(epoch from time)::float8 * 1000 "time" from shared.current_events
        where subject_id = $1 and time >= to_timestamp($2::float8 / 1000) and time < to_timestamp($3::float8 / 1000)
          and (time, event_id) > (to_timestamp($2::float8 / 1000), $4::bytea)
          and ($5::int = -1 or metrics & $5 <> 0) and ($6::text is null or event_type = $6)
          and ($7::float8 is null or event_type <> 'heart_rate' or time >= to_timestamp($7 / 1000))
        order by time, event_id limit $8`,
      [subjectId, after.time, to, after.id, metrics, eventType ?? null, pulsesFrom ?? null, pageSize],
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = { time: last.time, id: last.eventId };
  }
}

/** When a person's first event was measured, in ms since 1970. */
export async function firstEventAt(
  query: Query,
  { subjectId }: LiveSubject,
  notBefore: number,
): Promise<number | undefined> {
  const [row] = await query<{ first: number | null }>(
    `select extract(epoch from min(time))::float8 * 1000 first from biometric_events
      where subject_id = $1 and time >= to_timestamp($2::float8 / 1000)`,
    [subjectId, notBefore],
  );
  return row?.first ?? undefined;
}
