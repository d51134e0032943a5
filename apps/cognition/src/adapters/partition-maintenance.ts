import type { Log } from '@bridge/core';
import type { Query } from '@bridge/postgres';

const dailyMs = 24 * 3_600_000;
const afterFailureMs = 10 * 60_000;
/** A call takes well under a second, far below the time that a statement may take. */
const keysPerCall = 10_000;
/** A stop waits for what is under way, so a backlog is worked off in parts. */
const mostCalls = 20;

/**
 * Once a day, creates partitions ahead of time and deletes expired months and rows. A failure is retried later; until then
 * the tables are only larger. The caller calls it every few seconds.
 */
export function createPartitionMaintenance({ now, log }: { readonly now: () => number; readonly log: Log }) {
  let next = 0;
  return async function maintainPartitions(query: Query): Promise<void> {
    if (now() < next) return;
    try {
      await query('select delivery.keep_partitions()');
      const { rows, isDone } = await forgetExpired(query);
      if (isDone) next = now() + dailyMs;
      log.info('partition maintenance', { rows, state: isDone ? 'done' : 'continues' });
    } catch (error) {
      next = now() + afterFailureMs;
      log.warn('partition maintenance failed, retrying', { error, delay_ms: afterFailureMs });
    }
  };
}

async function forgetExpired(query: Query): Promise<{ readonly rows: number; readonly isDone: boolean }> {
  let rows = 0;
  for (let call = 0; call < mostCalls; call += 1) {
    const [answer] = await query<{ keys: number }>('select delivery.forget_expired($1) keys', [keysPerCall]);
    if (!answer || answer.keys === 0) return { rows, isDone: true };
    rows += answer.keys;
  }
  return { rows, isDone: false };
}
