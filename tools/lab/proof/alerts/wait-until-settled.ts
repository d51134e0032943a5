import { setTimeout as sleep } from 'node:timers/promises';
import { consumerGroups, topics } from '@bridge/contracts';
import type { ServerClients } from '../server-clients.ts';
import { topicEnds } from '../topic-ends.ts';

type Open = {
  readonly outbox: number;
  readonly pending: number;
  readonly due: number;
};

const printEveryMs = 10_000;

/** Waits until every signal is settled, the outbox is empty, nobody is due soon, and nothing is left to deliver. */
export async function waitUntilSettled(
  { kafka, query }: ServerClients,
  { withinMs, print }: { readonly withinMs: number; readonly print: (line: string) => void },
): Promise<void> {
  const until = Date.now() + withinMs;
  for (let printAt = Date.now() + printEveryMs; ;) {
    const behind = await signalsBehind();
    const [open] = await query<Open>(
      `select (select count(*)::int from alerts.outbox) outbox,
              (select count(*)::int from alerts.deliveries where status = 'pending') pending,
              (select count(*)::int from alerts.notification_groups where due_at < now() + interval '10 s') due`,
    );
    if (behind === 0 && open?.outbox === 0 && open.pending === 0 && open.due === 0) return;
    const text = `${behind} signals behind, ${open?.outbox} in the outbox, ${open?.due} persons due, ${open?.pending} deliveries pending`;
    if (Date.now() > until) throw new Error(`not settled after ${withinMs / 1_000} s: ${text}`);
    if (Date.now() > printAt) {
      print(`  ${text}`);
      printAt += printEveryMs;
    }
    await sleep(250);
  }

  async function signalsBehind(): Promise<number> {
    const ends = await topicEnds(kafka, topics.alerts.name);
    const positions = await query<{ partition: number; next: number }>(
      'select partition, next_offset next from alerts.positions where consumer = $1',
      [consumerGroups.alerts],
    );
    return ends.reduce((sum, { partition, end }) => {
      const next = positions.find((one) => one.partition === partition)?.next ?? 0;
      return sum + end - next;
    }, 0);
  }
}
