import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { retryVerdict, type Closeable, type Log } from '@bridge/core';
import { createSteadyPool, type Postgres } from '@bridge/postgres';
import { backoff } from '@bridge/resilience';
import {
  Logger,
  parseCronItems,
  run,
  type CronItem,
  type Runner,
  type RunnerOptions,
  type WorkerEvents,
} from 'graphile-worker';
import type { IngestMetrics } from '../metrics.ts';
import { startWorkerLiveness } from './worker-liveness.ts';

/** Takes the job's payload, which holds row ids only. A job that throws is retried. */
export type Task = (payload: unknown) => Promise<void>;

/** The jobs of one feature, by name, and when they are due by themselves. */
export type JobSet = {
  readonly tasks: Readonly<Record<string, Task>>;
  readonly cron: readonly CronItem[];
};

export type JobsConfig = JobSet & {
  /** The service's own database; jobs have a small pool of their own. */
  readonly url: string;
  /** Jobs that run at once in this process, and connections that report their results. */
  readonly concurrency: number;
};

type Deps = {
  readonly postgres: Pick<Postgres, 'reserve'>;
  readonly metrics: Pick<IngestMetrics, 'countJob'>;
  readonly log: Log;
};

/** The supervisor grants 25 seconds for everything. */
const longestStopMs = 18_000;
const restartDelay = { initialMs: 500, maxMs: 10_000 };

/**
 * Runs jobs until it is closed. PostgreSQL may be down at the start or later: the runner waits and is replaced by a new one.
 * `close` takes no new jobs, waits for the running ones and returns the others.
 */
export function startJobs(
  { url, concurrency, tasks, cron }: JobsConfig,
  { postgres, metrics, log }: Deps,
): Closeable {
  const stopping = new AbortController();
  const events: WorkerEvents = new EventEmitter();
  countJobs(events, metrics.countJob);
  // A batch arrives unsorted; jobs are taken in the order of this array.
  events.on('localQueue:getJobs:complete', ({ jobs }) =>
    jobs.sort((a, b) => a.priority - b.priority || a.run_at.getTime() - b.run_at.getTime()),
  );
  const known = startWorkerLiveness(events, { reserve: postgres.reserve, log });
  const taskList = Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [name, withoutDetails(name, task, log)]),
  );
  let runner: Runner | undefined;
  const end = () => void runner?.stop().catch(() => undefined);
  const steady = createSteadyPool(
    // One connection listens for new jobs as long as the runner lives.
    { url, max: concurrency + 1, applicationName: 'webhook-ingest-jobs' },
    // Jobs may have been assigned to this runner unnoticed: the next one has another name.
    { log, onLost: end },
  );

  async function runOnceUp(): Promise<void> {
    runner = await run({
      ...runnerOptions(concurrency),
      pgPool: steady.pool,
      taskList,
      parsedCronItems: parseCronItems([...cron]),
      events,
      logger: logTo(log),
    });
    if (stopping.signal.aborted) await runner.stop();
    await runner.promise;
  }

  async function keepRunning(): Promise<void> {
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      const begun = performance.now();
      try {
        await runOnceUp();
      } catch (error) {
        log.warn('job runner stopped', { error, attempt });
      }
      runner = undefined;
      if (performance.now() - begun > 60_000) attempt = 1;
      await sleep(backoff(attempt, restartDelay, Math.random), undefined, { signal: stopping.signal }).catch(
        () => undefined,
      );
    }
  }

  const running = keepRunning();
  return {
    async close() {
      if (stopping.signal.aborted) return;
      stopping.abort();
      // It may be ending by itself; `running` tells.
      end();
      const late = new AbortController();
      const isDone = await Promise.race([
        running.then(() => true),
        sleep(longestStopMs, false, { signal: late.signal }).catch(() => true),
      ]);
      late.abort();
      // Another process takes them over once it notices that this one is gone.
      if (!isDone) log.warn('jobs still running at shutdown', { timeout_ms: longestStopMs });
      await known.close();
      await steady.close();
    },
  };
}

function runnerOptions(concurrency: number): RunnerOptions {
  return {
    concurrency,
    noHandleSignals: true,
    // A job behind another one of its queue is found by polling only.
    pollInterval: 1_000,
    preset: {
      worker: {
        // Each poll locks every free queue, and there is one per connection: so it takes a batch. A small one, since jobs
        // taken ahead run before newer ones; with 5,000 connections a poll costs 5 ms.
        localQueue: {
          size: concurrency + 1,
          ttl: 60_000,
          // Otherwise each new job causes a poll.
          refetchDelay: { durationMs: 50, threshold: concurrency / 2, maxAbortThreshold: Infinity },
        },
      },
    },
  };
}

function countJobs(events: WorkerEvents, countJob: IngestMetrics['countJob']): void {
  events.on('job:success', ({ job }) => countJob(job.task_identifier, 'done'));
  events.on('job:error', ({ job }) =>
    countJob(job.task_identifier, job.attempts < job.max_attempts ? 'failed' : 'given_up'),
  );
}

/** The error stays in the job's row in plain text: it may name the error, never quote it. */
function withoutDetails(job: string, task: Task, log: Log): Task {
  return async function run(payload) {
    try {
      await task(payload);
    } catch (error) {
      if (retryVerdict(error) === 'permanent') log.error('job failed', { job, error });
      else log.warn('job failed, retrying', { job, error });
      throw new Error(nameOf(error));
    }
  };
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
}

/** The library's own lines quote errors: their level counts, their text does not. */
function logTo(log: Log): Logger {
  return new Logger(() => (level, _message, meta) => {
    if ((level !== 'error' && level !== 'warning') || meta['failure'] === true) return;
    log.warn('job runner problem', meta['error'] instanceof Error ? { error: meta['error'] } : {});
  });
}
