import type { Query } from '@bridge/postgres';
import type { WorkerEvents } from 'graphile-worker';
import { Counter, Gauge, type Registry } from 'prom-client';

/** `jobs_total{task, outcome}`: done, failed (tried again) or given_up. */
export function observeJobs(metrics: Registry, events: WorkerEvents): void {
  const jobs = new Counter({
    name: 'jobs_total',
    help: 'Jobs that ran, by task and outcome: done, failed (tried again), given_up.',
    labelNames: ['task', 'outcome'] as const,
    registers: [metrics],
  });
  events.on('job:success', ({ job }) => jobs.inc({ task: job.task_identifier, outcome: 'done' }));
  events.on('job:error', ({ job }) =>
    jobs.inc({ task: job.task_identifier, outcome: job.attempts < job.max_attempts ? 'failed' : 'given_up' }),
  );
}

/** Notices whose documents were not fetched yet, and the age of the oldest of them; read from the database on scrape. */
export function observeWaitingNotices(metrics: Registry, query: Query): void {
  const oldest = new Gauge({
    name: 'ingest_notices_oldest_seconds',
    help: 'Age of the oldest notice that waits for its document, by vendor.',
    labelNames: ['vendor'] as const,
    registers: [metrics],
  });
  new Gauge({
    name: 'ingest_notices_waiting',
    help: 'Notices that wait for their documents, by vendor.',
    labelNames: ['vendor'] as const,
    registers: [metrics],
    async collect() {
      const rows = await query<{ vendor: string; count: number; seconds: number }>(waiting).catch(() => []);
      this.reset();
      oldest.reset();
      for (const { vendor, count, seconds } of rows) {
        this.set({ vendor }, count);
        oldest.set({ vendor }, seconds);
      }
    },
  });
}

const waiting = `
  select vendor, count(*) count, extract(epoch from now() - min(received_at))::float8 seconds
    from ingest.notices where state = 'waiting' group by vendor`;
