import { int4Array, textArray, timestamptzArray, type Query } from '@bridge/postgres';
import type { Subscription } from '../domain/subscriptions.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';

export type SubscriptionRows = {
  all(): Promise<Subscription[]>;
  /** Replaces what is stored. */
  save(subscriptions: readonly Subscription[]): Promise<void>;
  /** Whether anybody is connected to this vendor. */
  isNeeded(): Promise<boolean>;
};

type Row = {
  data_type: string;
  event_type: string;
  subscription_id: string | null;
  expires_at: Date | null;
  failures: number;
  failed_since: Date | null;
};

/** `ingest.subscriptions` of one vendor. */
export function createSubscriptionRows(query: Query, vendor: Vendor): SubscriptionRows {
  return {
    async all() {
      const rows = await query<Row>(
        `select data_type, event_type, subscription_id, expires_at, failures, failed_since
           from ingest.subscriptions where vendor = $1 order by data_type, event_type`,
        [vendor],
      );
      return rows.map((row) => ({
        dataType: row.data_type,
        eventType: row.event_type,
        id: row.subscription_id ?? undefined,
        expiresAt: row.expires_at?.getTime(),
        failures: row.failures,
        failedSince: row.failed_since?.getTime(),
      }));
    },
    async save(subscriptions) {
      await query(replace, [
        textArray(subscriptions.map(({ dataType }) => dataType)),
        textArray(subscriptions.map(({ eventType }) => eventType)),
        textArray(subscriptions.map(({ id }) => id ?? null)),
        timestamptzArray(subscriptions.map(({ expiresAt }) => expiresAt ?? null)),
        int4Array(subscriptions.map(({ failures }) => failures)),
        timestamptzArray(subscriptions.map(({ failedSince }) => failedSince ?? null)),
        vendor,
      ]);
    },
    async isNeeded() {
      const rows = await query(
        `select 1 from ingest.connections where vendor = $1 and state <> 'disconnected' limit 1`,
        [vendor],
      );
      return rows.length > 0;
    },
  };
}

const replace = `
  with given as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::timestamptz[])
      as g(data_type, event_type, subscription_id, expires_at, failures, failed_since)
  ), gone as (
    delete from ingest.subscriptions s where vendor = $7
      and not exists (select 1 from given g where g.data_type = s.data_type and g.event_type = s.event_type)
  )
  insert into ingest.subscriptions (vendor, data_type, event_type, subscription_id, expires_at, failures, failed_since)
  select $7, data_type, event_type, subscription_id, expires_at, failures, failed_since
    from given order by data_type, event_type
  on conflict (vendor, data_type, event_type) do update
    set subscription_id = excluded.subscription_id, expires_at = excluded.expires_at,
        failures = excluded.failures, failed_since = excluded.failed_since`;
