import { setTimeout as sleep } from 'node:timers/promises';
import { consumerGroups } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';

/**
 * Measures the time from a fault until every partition is decided up to the time of the fault, whatever other faults
 * follow. That includes the events that were waiting then.
 */
export function watchRecovery(query: Query, partitions: number) {
  const waiting: { readonly name: string; readonly since: number }[] = [];
  const longest = new Map<string, number>();
  let stopped = false;

  /** Uses the broker's clock, which is that of this machine. */
  async function decidedUpTo(): Promise<number> {
    const [row] = await query<{ upto: Date | null; known: number }>(
      'select min(last_time) upto, count(last_time)::int known from cognition.positions where consumer = $1',
      [consumerGroups.decisions],
    );
    return row?.known === partitions ? (row.upto?.getTime() ?? 0) : 0;
  }

  function recovered(upTo: number): void {
    const now = Date.now();
    for (const fault of waiting.splice(0)) {
      if (fault.since > upTo) waiting.push(fault);
      else longest.set(fault.name, Math.max(longest.get(fault.name) ?? 0, now - fault.since));
    }
  }

  async function watch(): Promise<void> {
    while (!stopped) {
      // The database itself may be down.
      recovered(await decidedUpTo().catch(() => 0));
      await sleep(500);
    }
  }

  const watching = watch();
  return {
    watch: (name: string) => waiting.push({ name, since: Date.now() }),
    /** To be called when everything is decided. Returns the longest recovery after each kind of fault, in seconds. */
    finish: async (): Promise<Record<string, number>> => {
      stopped = true;
      await watching;
      recovered(Infinity);
      return Object.fromEntries(
        [...longest].map(([name, ms]) => [`recovery after "${name}", longest, s`, Math.round(ms / 100) / 10]),
      );
    },
  };
}
