import {
  milliseconds,
  byteaArray,
  int4Array,
  textArray,
  timestamptzArray,
  type Query,
} from '@bridge/postgres';
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

export type Claim = (free: readonly FreeSlots[], options: ClaimOptions) => Promise<ClaimedDelivery[]>;

export type DeliveryClaims = {
  /**
   * Takes due deliveries and begins an attempt of each, at most `limit`, in the order of the channels given. Of each channel
   * and person only the one that comes first: others wait for it while it is due, and about the same alert also until it is
   * settled.
   */
  readonly claim: Claim;
  /** The same, slower, where hundreds of deliveries of few persons stand before those of others: for now and then. */
  readonly claimCrowded: Claim;
  /** Returns the ids of those that counted: the result of an attempt that another one has replaced changes nothing. */
  readonly record: (ends: readonly AttemptEnd[]) => Promise<ReadonlySet<string>>;
};

export function createDeliveryClaims(query: Query): DeliveryClaims {
  const claimBy = (text: string, free: readonly FreeSlots[], { now, until, limit }: ClaimOptions) =>
    query<ClaimedDelivery>(text, [
      textArray(free.map(({ channel }) => channel)),
      int4Array(free.map(({ slots }) => slots)),
      now,
      until,
      limit,
    ]);

  return {
    claim: (free, options) => claimBy(claimText, free, options),
    claimCrowded: (free, options) => claimBy(crowdedText, free, options),
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

/**
 * The commit does not wait for the disk: a claim or a result that the database loses in a crash makes the delivery go out once more,
 * under its id, as it does after a crash of this service.
 */
const withoutDisk = `relaxed as materialized (select set_config('synchronous_commit', 'off', true))`;

const now = 'to_timestamp($3::float8 / 1000)';
/** Of a row under any name. */
const isFree = (d: string) =>
  `${d}.status = 'pending' and ${d}.due_at <= ${now} and (${d}.claimed_until is null or ${d}.claimed_until <= ${now})`;

/** So many due deliveries of a channel are looked at; behind them `crowdedText` finds the way. */
const window = 64;

/** Two deliveries tell of one alert. With a limit, so that it is never turned into a join over everything. */
const tellOfOneAlert = (one: string, other: string) => `coalesce((
  select true from alerts.delivery_steps s join alerts.delivery_steps o using (alert_id)
   where s.delivery_id = ${one}.delivery_id and o.delivery_id = ${other}.delivery_id limit 1), false)`;

/** It waits for an earlier one about the same alert, which failed and is tried again later. */
const isHeldUp = (e: string) => `coalesce((
  select true from alerts.deliveries f
   where f.channel = ${e}.channel and f.subject_id = ${e}.subject_id and f.status = 'pending'
     and f.place < ${e}.place and f.due_at > ${now} and ${tellOfOneAlert('f', e)} limit 1), false)`;

/**
 * Comes before all others of its channel and person. One that failed and is not due holds up what tells of the same alert, and
 * nothing else: a critical alert must not wait hours for the next try of another one.
 */
const isFirst = (d: string) => `${d}.place = (
  select min(e.place) from alerts.deliveries e
   where e.channel = ${d}.channel and e.subject_id = ${d}.subject_id and e.status = 'pending'
     and ((e.due_at <= ${now} and not ${isHeldUp('e')}) or ${tellOfOneAlert('e', d)}))`;

/** A channel's first deliveries that are due; of these the ones that come first for their person. */
const claimText = claimOf(`
  select h.delivery_id from unnest($1::text[], $2::int4[]) as f(channel, slots)
   cross join lateral (
     select delivery_id from (
       select delivery_id, channel, subject_id, place from alerts.deliveries d
        where d.channel = f.channel and ${isFree('d')} order by due_at limit ${window}) d
      -- A minimum is one step in an index; "not exists" becomes a join over all that waits.
      where ${isFirst('d')}
      limit f.slots) h
   limit $5::int4`);

/** Goes from person to person, for channels whose first deliveries all wait for others of their persons. */
const crowdedText = claimOf(`
  select h.delivery_id from unnest($1::text[], $2::int4[]) as f(channel, slots)
   cross join lateral (
     with recursive person as (
       (select e.subject_id from alerts.deliveries e
         where e.channel = f.channel and e.status = 'pending' order by subject_id limit 1)
       union all
       select n.subject_id from person cross join lateral (
         select e.subject_id from alerts.deliveries e
          where e.channel = f.channel and e.status = 'pending' and e.subject_id > person.subject_id
          order by subject_id limit 1) n)
     select d.delivery_id from person cross join lateral (
       select g.delivery_id, g.due_at from alerts.deliveries g
        where g.channel = f.channel and g.subject_id = person.subject_id and ${isFree('g')} and ${isFirst('g')}
        order by place limit 1) d
      order by d.due_at limit f.slots) h
   where exists (
     select from alerts.deliveries d
      where d.channel = f.channel and ${isFree('d')} order by due_at offset ${window - 1} limit 1)
   limit $5::int4`);

/** Rows that another process is claiming are passed over; one that it has claimed since is judged anew and left out. */
function claimOf(due: string): string {
  return `
  with ${withoutDisk}, due as materialized (${due}),
  locked as materialized (
    select d.delivery_id from due join alerts.deliveries d using (delivery_id)
     where ${isFree('d')} for update of d skip locked),
  claimed as (
    update alerts.deliveries d
       set attempts = d.attempts + 1, claimed_until = to_timestamp($4::float8 / 1000)
      from locked where d.delivery_id = locked.delivery_id
    returning d.*),
  attempt as (
    insert into alerts.delivery_attempts (delivery_id, attempt, started_at)
    select delivery_id, attempts, ${now} from claimed)
  select encode(delivery_id, 'hex') "deliveryId", channel, subject_id "subjectId", attempts attempt,
         attempts_before "attemptsBefore", ${milliseconds('created_at')} "createdAt", content
    from claimed, relaxed order by place`;
}

const recordText = `
  with ${withoutDisk}, given as (
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
  select encode(delivery_id, 'hex') "deliveryId" from settled, relaxed`;
