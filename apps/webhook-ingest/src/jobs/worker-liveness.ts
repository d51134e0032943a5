import { setTimeout as sleep } from 'node:timers/promises';
import type { Closeable, Log } from '@bridge/core';
import type { Postgres, Query } from '@bridge/postgres';
import type { WorkerEvents } from 'graphile-worker';

type Options = { readonly reserve: Postgres['reserve']; readonly log: Log; readonly lookEveryMs?: number };

/** First key of the advisory locks that mark workers as alive; the second is the hash of the worker pool's id. */
const lockClass = 1_785_686_643;

/**
 * Without this, the jobs of a killed process would stay locked for four hours. Each worker pool holds an advisory lock in a
 * session of its own; jobs of a pool that was missing in two checks in a row are unlocked.
 */
export function startWorkerLiveness(
  events: WorkerEvents,
  { reserve, log, lookEveryMs = 5_000 }: Options,
): Closeable {
  const stopping = new AbortController();
  let runnerId: string | undefined;
  events.on('pool:create', ({ workerPool }) => {
    runnerId = workerPool.id;
  });

  /** Until the connection breaks. */
  async function watch(): Promise<void> {
    const session = await reserve();
    try {
      let held: string | undefined;
      let missing = new Set<string>();
      while (!stopping.signal.aborted) {
        if (runnerId !== undefined && runnerId !== held) {
          await session.query('select pg_advisory_unlock_all()');
          await session.query('select pg_advisory_lock($1, hashtext($2))', [lockClass, runnerId]);
          held = runnerId;
        }
        missing = await freeMissing(session.query, missing);
        await pause(lookEveryMs);
      }
    } finally {
      await session.close();
    }
  }

  async function freeMissing(query: Query, missedBefore: ReadonlySet<string>): Promise<Set<string>> {
    const now = new Set((await query<{ id: string }>(missingRunners, [lockClass])).map(({ id }) => id));
    const gone = [...now].filter((id) => missedBefore.has(id));
    if (gone.length > 0) {
      await query('select graphile_worker.force_unlock_workers($1::text[])', [gone]);
      log.warn('jobs of a dead process unlocked', { count: gone.length });
    }
    return now;
  }

  const pause = (ms: number) =>
    sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);

  async function keepWatching(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await watch();
      } catch (error) {
        log.debug('worker liveness session lost', { error });
        await pause(1_000);
      }
    }
  }

  const watching = keepWatching();
  return {
    close() {
      stopping.abort();
      return watching;
    },
  };
}

const missingRunners = `
  select id from (
    select locked_by id from graphile_worker._private_jobs where locked_by is not null
    union
    select locked_by from graphile_worker._private_job_queues where locked_by is not null
  ) holders
  where not exists (
    select from pg_locks
     where locktype = 'advisory' and granted and objsubid = 2
       and database = (select oid from pg_database where datname = current_database())
       and classid = $1::int and objid = (hashtext(id)::bigint & 4294967295)::oid
  )`;
