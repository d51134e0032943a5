import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '@bridge/postgres';
import { waitUntil } from '../../../local/wait-until.ts';
import { cpuSecondsOf } from '../process-usage.ts';
import { hasReached, total, type Mark } from './topic-range.ts';

export type DrainOptions = {
  readonly query: Query;
  readonly consumer: string;
  /** Where it keeps its positions. Default: cognition's. */
  readonly positions?: 'cognition.positions' | 'alerts.positions';
  /** Counting begins when every partition has come here. */
  readonly from: Mark;
  readonly to: Mark;
  /** Processes whose work is counted, by name. */
  readonly pids: Readonly<Record<string, number>>;
  readonly withinMs: number;
};

export type DrainResult = {
  readonly perSecond: number;
  /** Events between the first and the last sample that count. */
  readonly events: number;
  /** Processor seconds, user and system, per 1,000 events. Unlike the rate, others' load on the machine hardly moves it. */
  readonly cpuPerThousand: Readonly<Record<string, number>>;
};

type Sample = { readonly at: number; readonly mark: Mark; readonly cpu: Readonly<Record<string, number>> };

const sampleEveryMs = 150;

/** Follows a consumer's stored position until all is decided. What counts is what is committed. */
export async function measureDrain(drain: DrainOptions): Promise<DrainResult> {
  const { from, to, withinMs } = drain;
  const until = Date.now() + withinMs;
  let first: Sample | undefined;
  let last: Sample | undefined;
  for (;;) {
    const sample = await takeSample(drain);
    // The last sample lies before the end: at the end itself the worker may already have been idle.
    if (hasReached(sample.mark, to)) break;
    if (first) last = sample;
    else if (hasReached(sample.mark, from)) first = sample;
    if (Date.now() > until) throw new Error(`${drain.consumer} was not through within ${withinMs / 1000} s`);
    await sleep(sampleEveryMs);
  }
  if (!first || !last) throw new Error('too few events to measure a rate');
  return between(first, last);
}

function between(first: Sample, last: Sample): DrainResult {
  const events = total(last.mark) - total(first.mark);
  return {
    perSecond: (events * 1_000) / (last.at - first.at),
    events,
    cpuPerThousand: Object.fromEntries(
      Object.entries(last.cpu).map(([name, seconds]) => [
        name,
        ((seconds - (first.cpu[name] ?? 0)) * 1_000) / events,
      ]),
    ),
  };
}

/** Waits until everything up to `to` is decided. */
export async function waitUntilDrained(drain: Omit<DrainOptions, 'from' | 'pids'>): Promise<void> {
  const isThrough = async () => hasReached((await takeSample({ ...drain, pids: {} })).mark, drain.to);
  await waitUntil(drain.consumer, isThrough, { withinMs: drain.withinMs, everyMs: sampleEveryMs });
}

async function takeSample({
  query,
  consumer,
  positions = 'cognition.positions',
  pids,
}: Pick<DrainOptions, 'query' | 'consumer' | 'positions' | 'pids'>): Promise<Sample> {
  const rows = await query<{ partition: number; next: number; at: number }>(
    `select partition, next_offset next, (extract(epoch from clock_timestamp()) * 1000)::float8 at
       from ${positions} where consumer = $1`,
    [consumer],
  );
  return {
    at: rows[0]?.at ?? 0,
    mark: new Map(rows.map(({ partition, next }) => [partition, next])),
    cpu: Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSecondsOf(pid)])),
  };
}
