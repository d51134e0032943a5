import { byteaArray, int4Array, textArray, timestamptzArray, type Query } from '@bridge/postgres';
import type { SendResult } from '../../channels/channel.ts';
import type { Settlement } from '../domain/settlement.ts';

/** So many attempts may begin over this channel. */
export type FreeSlots = { readonly channel: string; readonly slots: number };

/** A delivery that this process may attempt now; times in milliseconds since 1970. */
export type ClaimedDelivery = {
  readonly deliveryId: string;
  readonly channel: string;
  readonly subjectId: string;
  /** Over the delivery's whole life, from 1. */
  readonly attempt: number;
  /** Attempts before it was last sent again. */
  readonly attemptsBefore: number;
  readonly createdAt: number;
  readonly content: Buffer;
};

/** The end of an attempt; `result` undefined: nothing was sent, because its person is erased. */
export type AttemptEnd = {
  readonly claimed: ClaimedDelivery;
  readonly endedAt: number;
  readonly result: SendResult | undefined;
  readonly settlement: Settlement;
};

export type ClaimOptions = { readonly now: number; readonly until: number; readonly limit: number };

export type DeliveryClaims = {
  /**
   * Takes due deliveries and begins an attempt of each, at most `limit`, in the order of the channels given. Of each channel
   * and person only the one that comes first.
   */
  claim(free: readonly FreeSlots[], options: ClaimOptions): Promise<ClaimedDelivery[]>;
  /** Returns the ids of those that counted: the result of an attempt that another one has replaced changes nothing. */
  readonly record: (ends: readonly AttemptEnd[]) => Promise<ReadonlySet<string>>;
};

export function createDeliveryClaims(query: Query): DeliveryClaims {
  return {
    async claim(free, { now, until, limit }) {
      return query<ClaimedDelivery>(claimText, [
        textArray(free.map(({ channel }) => channel)),
        int4Array(free.map(({ slots }) => slots)),
        now,
        until,
        limit,
      ]);
    },
    async record(ends) {
      const rows = await query<{ deliveryId: string }>(recordText, [
        byteaArray(ends.map(({ claimed }) => claimed.deliveryId)),
        int4Array(ends.map(({ claimed }) => claimed.attempt)),
        timestamptzArray(ends.map(({ endedAt }) => endedAt)),
        textArray(ends.map(({ result }) => result?.kind ?? null)),
        textArray(ends.map(({ result }) => (result && 'reason' in result ? result.reason : null))),
        int4Array(ends.map(({ result }) => result?.status ?? null)),
        textArray(ends.map(({ settlement }) => settlement.status)),
        timestamptzArray(ends.map(({ settlement }) => ('dueAt' in settlement ? settlement.dueAt : null))),
      ]);
      return new Set(rows.map(({ deliveryId }) => deliveryId));
    },
  };
}

/** Rows that another process is claiming are passed over; one that it has claimed since is judged anew and left out. */
const claimText = `
  with due as materialized (
    select d.delivery_id
      from unnest($1::text[], $2::int4[]) as f(channel, slots)
     cross join lateral (
       select delivery_id from alerts.deliveries d
        where d.channel = f.channel and d.status = 'pending' and d.due_at <= to_timestamp($3::float8 / 1000)
          and (d.claimed_until is null or d.claimed_until <= to_timestamp($3::float8 / 1000))
          and not exists (
            select from alerts.deliveries e
             where e.channel = d.channel and e.subject_id = d.subject_id and e.status = 'pending' and e.place < d.place)
        order by d.due_at limit f.slots
          for update skip locked) d
     limit $5::int4),
  claimed as (
    update alerts.deliveries d
       set attempts = d.attempts + 1, claimed_until = to_timestamp($4::float8 / 1000)
      from due where d.delivery_id = due.delivery_id
    returning d.*),
  attempt as (
    insert into alerts.delivery_attempts (delivery_id, attempt, started_at)
    select delivery_id, attempts, to_timestamp($3::float8 / 1000) from claimed)
  select encode(delivery_id, 'hex') "deliveryId", channel, subject_id "subjectId", attempts attempt,
         attempts_before "attemptsBefore", (extract(epoch from created_at) * 1000)::float8 "createdAt", content
    from claimed order by place`;

const recordText = `
  with given as (
    select * from unnest($1::bytea[], $2::int4[], $3::timestamptz[], $4::text[], $5::text[], $6::int4[], $7::text[],
                         $8::timestamptz[])
      as g(delivery_id, attempt, ended_at, result, reason, http_status, status, due_at)),
  settled as (
    update alerts.deliveries d
       set status = g.status, due_at = coalesce(g.due_at, d.due_at), claimed_until = null,
           settled_at = case when g.status = 'pending' then null else g.ended_at end
      from given g
     where d.delivery_id = g.delivery_id and d.attempts = g.attempt and d.status = 'pending'
       and d.claimed_until is not null
    returning g.*),
  attempt as (
    update alerts.delivery_attempts a
       set ended_at = s.ended_at, result = s.result, reason = s.reason, http_status = s.http_status
      from settled s where a.delivery_id = s.delivery_id and a.attempt = s.attempt)
  select encode(delivery_id, 'hex') "deliveryId" from settled`;
