import type { ServerClients } from './server-clients.ts';
import { waitUntilCaughtUp } from './wait-until-caught-up.ts';
import type { Worker } from './workers.ts';

/** As long as a worker runs, time passes: ticks go on to decide and to announce while a check compares. */
export async function stopWhenPublished(clients: ServerClients, workers: readonly Worker[]): Promise<void> {
  for (;;) {
    await Promise.all(workers.map((worker) => worker.stop()));
    const [outbox] = await clients.query<{ waiting: number }>(
      'select count(*)::int waiting from cognition.outbox',
    );
    if (outbox?.waiting === 0) return;
    await workers[0]?.start();
    await waitUntilCaughtUp(clients, workers, 60_000);
  }
}
