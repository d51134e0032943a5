import { setTimeout as sleep } from 'node:timers/promises';
import { consumerGroups, topics } from '@bridge/contracts';
import type { ServerClients } from './server-clients.ts';
import { topicEnds } from './topic-ends.ts';
import type { Worker } from './workers.ts';

/** Waits until every position is at the end of its partition and the outbox is empty. */
export async function waitUntilCaughtUp(
  { kafka, query }: ServerClients,
  workers: readonly Worker[],
  withinMs = 120_000,
): Promise<void> {
  const until = Date.now() + withinMs;
  for (;;) {
    const ends = await topicEnds(kafka, topics.events.name);
    const positions = await query<{ partition: number; next: number }>(
      'select partition, next_offset next from cognition.positions where consumer = $1',
      [consumerGroups.decisions],
    );
    const [outbox] = await query<{ waiting: number }>('select count(*)::int waiting from cognition.outbox');
    const behind = ends.filter(({ partition, end }) => {
      const next = positions.find((one) => one.partition === partition)?.next ?? 0;
      return next !== end;
    });
    if (behind.length === 0 && outbox?.waiting === 0) return;
    if (Date.now() > until) {
      const states = workers.map((worker) => `${worker.name} ${worker.state()}`).join(', ');
      const waiting = `${behind.length} partitions behind, ${outbox?.waiting ?? 0} rows in the outbox`;
      throw new Error(`not settled after ${withinMs / 1000} s: ${waiting}; ${states}`);
    }
    await sleep(250);
  }
}
