import { join } from 'node:path';
import { createKeyRing } from '@bridge/auth';
import { freePort } from '../proof/free-port.ts';
import type { Bench, BenchContext, Figure } from './bench.ts';
import { profiling, start, startService } from './service-process.ts';
import { answersOk } from '../../local/wait-until.ts';
import { putLoad, summary, type ServerLoadResult, type Server } from './webhook-load/put-load.ts';
import type { Rhythm } from './webhook-load/load.ts';

type Stoppable = Server & { readonly stop: () => Promise<void> };

/** Webhooks that are answered when the broker has them, beside Express that answers at once; the same generator for both. */
export const measureWebhooks: Bench = async (context) => {
  const { quick, print, clients } = context;
  const { key } = await createKeyRing({ query: clients.postgres.query, vault: clients.vault }).createKey({
    label: 'bench',
    scopes: ['ingest'],
  });
  await using servers = new AsyncDisposableStack();
  const ingest = await startIngest(context);
  servers.defer(ingest.stop);
  const floor = await startFloor(context);
  servers.defer(floor.stop);

  const requests = quick ? 6_000 : 60_000;
  const send = (server: Server, prefix: string, rhythm: Rhythm) =>
    putLoad(server, { deliveries: { kind: 'flat', prefix, authorization: `Bearer ${key}` }, rhythm });
  await Promise.all([ingest, floor].map((server) => send(server, 'warm', { requests: 5_000 })));
  const runs: ServerLoadResult[] = [];
  const floors: ServerLoadResult[] = [];
  const paced: ServerLoadResult[] = [];
  for (let nr = 1; nr <= (quick ? 1 : 3); nr += 1) {
    runs.push(await send(ingest, `fast-${nr}`, { requests }));
    floors.push(await send(floor, `floor-${nr}`, { requests }));
    paced.push(await send(ingest, `paced-${nr}`, { perSecond: 1_000, seconds: quick ? 5 : 20 }));
    print(`ingest, run ${nr}: ${summary(runs.at(-1))}; floor ${summary(floors.at(-1))}`);
    print(`ingest, run ${nr} at 1,000/s: ${summary(paced.at(-1))}`);
  }
  return figuresOf(runs, floors, paced);
};

function figuresOf(
  runs: readonly ServerLoadResult[],
  floors: readonly ServerLoadResult[],
  paced: readonly ServerLoadResult[],
): Figure[] {
  const name = 'ingest: flat bodies';
  return [
    {
      name,
      unit: 'requests/s',
      target: { atLeast: 6_000, ratio: 0.25 },
      runs: runs.map(({ perSecond }) => perSecond),
      floorRuns: floors.map(({ perSecond }) => perSecond),
    },
    {
      name: `${name}: CPU of process`,
      unit: 'ms/request',
      runs: runs.map(({ serverCpu }) => serverCpu),
      floorRuns: floors.map(({ serverCpu }) => serverCpu),
    },
    { name: `${name}, p50 at 1,000/s`, unit: 'ms', runs: paced.map(({ p50 }) => p50) },
    { name: `${name}, p99 at 1,000/s`, unit: 'ms', runs: paced.map(({ p99 }) => p99), target: { below: 50 } },
  ];
}

async function startIngest(context: BenchContext): Promise<Stoppable> {
  const { url, pid, stop } = await startService(context, 'webhook-ingest', profiling(context));
  return { port: Number(new URL(url).port), pid, stop };
}

async function startFloor(context: BenchContext): Promise<Stoppable> {
  const port = await freePort();
  const running = await start(context, {
    name: 'bench-express',
    command: process.execPath,
    args: [join(import.meta.dirname, 'express-floor/main.ts'), String(port)],
    isReady: () => answersOk(`http://127.0.0.1:${port}/ready`),
  });
  return { ...running, port };
}
