import type { Connection } from '../connections/domain/connection.ts';

type Job = {
  readonly task: 'reconcile_connection';
  readonly connectionId: string;
  readonly priority: number;
  readonly runAtMs: number;
};

type Deps = {
  /** Pages behind a connection id, in the order of ids. */
  readonly live: (after?: string) => Promise<readonly Connection[]>;
  readonly addJobs: (jobs: readonly Job[]) => Promise<void>;
  readonly now: () => number;
};

const spreadMs = 50 * 60_000;

/** In: cron job `reconcile`, hourly. Out: one job per connection, spread over the hour by its id. */
export function createReconcile({ live, addJobs, now }: Deps) {
  return async function reconcile(): Promise<void> {
    const nowMs = now();
    let page = await live();
    while (page.length > 0) {
      // Lapsed ones too: that is how we learn that they are back.
      const due = page.filter(({ state }) => state === 'active' || state === 'lapsed');
      await addJobs(
        due.map(({ connectionId }) => ({
          task: 'reconcile_connection',
          connectionId,
          priority: 50,
          runAtMs: nowMs + offsetInHour(connectionId) * spreadMs,
        })),
      );
      page = await live(page.at(-1)?.connectionId);
    }
  };
}

/** From 0 to 1; ids are random. */
function offsetInHour(connectionId: string): number {
  return Number.parseInt(connectionId.slice(0, 6), 16) / 0x1000000;
}
