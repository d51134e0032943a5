import { milliseconds, type Query } from '@bridge/postgres';

/** Times in milliseconds since 1970. */
export type DeliveryUpkeep = {
  /**
   * Ends what waits for a channel: `dropped` when it is deleted, `gone` when its receiver is. An attempt that is under way
   * ends by its own result.
   */
  giveUp(channel: string, status: 'gone' | 'dropped', now: number): Promise<void>;
  /** The same for whatever was planned while its channel went away. */
  giveUpOrphans(now: number): Promise<void>;
  /** Deletes some of what was settled more than 90 days ago, with its steps and attempts; returns how many. */
  prune(now: number): Promise<number>;
  /** When the oldest delivery that is not settled was made. */
  readonly oldestPending: () => Promise<number | undefined>;
};

const keptMs = 90 * 86_400_000;
/** Few at a time, so that no lock lasts. */
const pruneStep = 1_000;

export function createDeliveryUpkeep(query: Query): DeliveryUpkeep {
  return {
    async giveUp(channel, status, now) {
      await query(
        `update alerts.deliveries set status = $2, settled_at = to_timestamp($3::float8 / 1000), claimed_until = null
          where channel = $1 and status = 'pending' and ${unclaimed('$3')}`,
        [channel, status, now],
      );
    },

    async giveUpOrphans(now) {
      await query(
        `with waiting as (select distinct channel from alerts.deliveries where status = 'pending'),
              orphaned as (
                select w.channel, case when c.name is null then 'dropped' else 'gone' end status
                  from waiting w left join alerts.channels c on c.name = w.channel
                 where c.name is null or (c.state = 'disabled' and c.state_reason = 'gone'))
         update alerts.deliveries d
            set status = o.status, settled_at = to_timestamp($1::float8 / 1000), claimed_until = null
           from orphaned o
          where d.channel = o.channel and d.status = 'pending' and ${unclaimed('$1')}`,
        [now],
      );
    },

    async prune(now) {
      const [deleted] = await query<{ count: number }>(
        `with old as materialized (
           select delivery_id from alerts.deliveries where settled_at < to_timestamp($1::float8 / 1000)
            order by settled_at limit $2 for update skip locked),
         deleted as (delete from alerts.deliveries d using old where d.delivery_id = old.delivery_id returning 1)
         select count(*) from deleted`,
        [now - keptMs, pruneStep],
      );
      return deleted?.count ?? 0;
    },

    async oldestPending() {
      const [oldest] = await query<{ at: number }>(
        `select ${milliseconds('created_at')} at from alerts.deliveries
          where status = 'pending' order by created_at limit 1`,
      );
      return oldest?.at;
    },
  };
}

const unclaimed = (now: string) =>
  `(claimed_until is null or claimed_until <= to_timestamp(${now}::float8 / 1000))`;
