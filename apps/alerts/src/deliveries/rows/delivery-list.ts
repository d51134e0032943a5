import type { DeliveryStatus } from '@bridge/contracts';
import { milliseconds, type Query } from '@bridge/postgres';

export type DeliverySelection = {
  /** Of one channel, of one alert, or both. */
  readonly of:
    | { readonly channel: string; readonly alertId?: string }
    | { readonly channel?: undefined; readonly alertId: string };
  readonly status: DeliveryStatus | undefined;
  /** Where the page before ended. */
  readonly cursor: number | undefined;
  readonly limit: number;
};

/** A delivery as people see it, without its content; times in milliseconds since 1970. */
export type ListedDelivery = {
  readonly deliveryId: string;
  readonly place: number;
  readonly channel: string;
  readonly status: DeliveryStatus;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly settledAt: number | null;
  readonly steps: readonly ListedStep[];
  readonly attempts: readonly ListedAttempt[];
};

type ListedStep = {
  readonly alertId: string;
  readonly step: number;
  readonly reason: string;
  readonly route: string;
};

type ListedAttempt = {
  readonly attempt: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly result: 'delivered' | 'failed' | 'refused' | 'gone' | null;
  readonly reason: string | null;
  readonly httpStatus: number | null;
};

export type DeliveryPage = {
  readonly deliveries: readonly ListedDelivery[];
  /** Undefined on the last page. */
  readonly next: number | undefined;
};

export type DeliveryList = {
  /** Newest first. */
  list(selection: DeliverySelection): Promise<DeliveryPage>;
  /**
   * Sends a delivery that was given up once more, under its id, behind whatever waits for the same person and channel.
   * One that is pending stays as it is.
   */
  redeliver(channel: string, deliveryId: string, now: number): Promise<'pending' | 'delivered' | 'missing'>;
};

export function createDeliveryList(query: Query): DeliveryList {
  return {
    async list({ of: { channel, alertId }, status, cursor, limit }) {
      const rows = await query<ListedDelivery>(listText(channel, alertId), [
        channel ?? null,
        alertId === undefined ? null : Buffer.from(alertId, 'hex'),
        status ?? null,
        cursor ?? null,
        limit + 1,
      ]);
      const deliveries = rows.slice(0, limit);
      return { deliveries, next: rows.length > limit ? deliveries.at(-1)?.place : undefined };
    },

    async redeliver(channel, deliveryId, now) {
      const rows = await query<{ status: 'pending' | 'delivered' }>(
        `with again as (
           update alerts.deliveries
              set status = 'pending', due_at = to_timestamp($3::float8 / 1000), settled_at = null, claimed_until = null,
                  attempts_before = attempts, place = default
            where channel = $1 and delivery_id = $2 and status not in ('pending', 'delivered')
           returning 1)
         select case when status = 'delivered' then status else 'pending' end status
           from alerts.deliveries where channel = $1 and delivery_id = $2`,
        [channel, Buffer.from(deliveryId, 'hex'), now],
      );
      return rows[0]?.status ?? 'missing';
    },
  };
}

function listText(channel: string | undefined, alertId: string | undefined): string {
  // Each selection as a text of its own: a plan for all of them would read the whole table.
  const conditions = [
    ...(channel === undefined ? ['$1::text is null'] : ['d.channel = $1']),
    ...(alertId === undefined
      ? ['$2::bytea is null']
      : ['d.delivery_id in (select delivery_id from alerts.delivery_steps where alert_id = $2)']),
  ];
  return `
    select encode(d.delivery_id, 'hex') "deliveryId", d.place, d.channel, d.status,
           ${milliseconds('d.created_at')} "createdAt", ${milliseconds('d.due_at')} "dueAt",
           ${milliseconds('d.settled_at')} "settledAt", s.steps, a.attempts
      from (
        select * from alerts.deliveries d
         where ${conditions.join(' and ')} and ($3::text is null or d.status = $3)
           and ($4::int8 is null or d.place < $4)
         order by d.place desc limit $5) d
     cross join lateral (
       select coalesce(json_agg(json_build_object('alertId', encode(alert_id, 'hex'), 'step', step, 'reason', reason,
                'route', route) order by alert_id, step), '[]') steps
         from alerts.delivery_steps where delivery_id = d.delivery_id) s
     cross join lateral (
       select coalesce(json_agg(json_build_object('attempt', attempt, 'startedAt', ${milliseconds('started_at')},
                'endedAt', ${milliseconds('ended_at')}, 'result', result, 'reason', reason, 'httpStatus', http_status)
                order by attempt), '[]') attempts
         from alerts.delivery_attempts where delivery_id = d.delivery_id) a
     order by d.place desc`;
}
