import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKeyRing } from '@bridge/auth';
import { healthExport } from './apple-export.ts';
import { measureAppleImport } from './apple-import.ts';
import type { Bench, Figure } from './bench.ts';
import { cpuSecondsOf, residentMegabytes } from './process-usage.ts';
import { profiling, startService, type RunningService } from './service-process.ts';

/** The size that is promised for one body. */
const megabytes = 50;
const sampleEveryMs = 50;

type Run = { readonly seconds: number; readonly cpuSeconds: number; readonly megabytes: number };

/** A large body of Health Auto Export and, if a size is given, Apple's own export: until it is answered, and so durable, and what the service has in memory meanwhile. */
export const measureAppleExport: Bench = async (context) => {
  const { exportGigabytes } = context;
  const figures = await measureHealthAutoExport(context);
  if (exportGigabytes === undefined) return figures;
  return [...figures, ...(await measureAppleImport(context, exportGigabytes))];
};

const measureHealthAutoExport: Bench = async (context) => {
  const { quick, print, clients } = context;
  const ring = createKeyRing({ query: clients.postgres.query, vault: clients.vault });
  const { key } = await ring.createKey({ label: 'bench', scopes: ['ingest'] });
  const { body, points } = healthExport((quick ? 5 : megabytes) * 1_000_000, Date.now() - 3_600_000);
  const runs: Run[] = [];
  for (let nr = 1; nr <= (quick ? 1 : 3); nr += 1) {
    const service = await startService(context, 'webhook-ingest', profiling(context));
    try {
      const run = await send(service, { key, body, points });
      runs.push(run);
      print(
        `apple, run ${nr}: ${run.seconds.toFixed(1)} s, ${run.cpuSeconds.toFixed(1)} s of CPU, at most ${Math.round(run.megabytes)} MB`,
      );
    } finally {
      await service.stop();
    }
  }
  return figuresOf(runs);
};

function figuresOf(runs: readonly Run[]): Figure[] {
  const name = 'ingest: 50 MB of Health Auto Export';
  return [
    { name, unit: 's', target: { below: 10 }, runs: runs.map(({ seconds }) => seconds) },
    { name: `${name}: CPU of process`, unit: 's', runs: runs.map(({ cpuSeconds }) => cpuSeconds) },
    {
      name: `${name}: memory of process`,
      unit: 'MB',
      target: { below: 250 },
      runs: runs.map((run) => run.megabytes),
    },
  ];
}

type Upload = { readonly key: string; readonly body: Buffer; readonly points: number };

/** For a new person each time: what is known already would be less work. */
async function send({ url, pid }: RunningService, { key, body, points }: Upload): Promise<Run> {
  const answered = { yet: false };
  const cpuBefore = cpuSecondsOf(pid);
  const started = performance.now();
  const answering = fetch(`${url}/webhooks/apple?user_id=bench_${randomBytes(6).toString('hex')}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
  }).finally(() => {
    answered.yet = true;
  });
  let most = 0;
  while (!answered.yet) {
    most = Math.max(most, residentMegabytes(pid));
    await sleep(sampleEveryMs);
  }
  const response = await answering;
  const seconds = (performance.now() - started) / 1_000;
  const summary = (await response.json()) as { readonly new?: number };
  if (response.status !== 200 || summary.new !== points) {
    throw new Error(`of ${points} points ${summary.new ?? 0} were new, answered ${response.status}`);
  }
  return { seconds, cpuSeconds: cpuSecondsOf(pid) - cpuBefore, megabytes: most };
}
