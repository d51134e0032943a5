import type { Query } from '@bridge/postgres';
import { waitUntil } from '../../../local/wait-until.ts';

/** The vendors give notice of everything, and what people had before they consented is here. */
export async function waitForFirstPulls(query: Query, print: (line: string) => void): Promise<void> {
  const began = Date.now();
  const isDone = async () => {
    const [row] = await query<{ open: number; begun: number; subscribed: number }>(
      `select (select count(*)::int from ingest.pulls where finished_at is null) open,
              (select count(distinct connection_id)::int - (select count(*)::int from ingest.connections)
                 from ingest.pulls) begun,
              (select count(*)::int from ingest.subscriptions where subscription_id is not null) subscribed`,
    );
    return row?.open === 0 && row.begun === 0 && row.subscribed > 0;
  };
  await waitUntil('the first pull of everybody', isDone, { withinMs: 300_000, everyMs: 500 });
  print(`  everybody is connected; the first pulls took ${Math.round((Date.now() - began) / 1_000)} s`);
}
