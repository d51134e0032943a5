import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkout } from '@bridge/cli/stack-paths';
import { postgresData } from '../../local/install-postgres.ts';
import { createProgress } from '../../local/progress.ts';
import { setUpServers } from '../../local/set-up-servers.ts';
import { startStack } from '../../local/start-stack.ts';
import { untilStopped } from '../../local/until-stopped.ts';
import type { Secrets } from '../../local/secrets.ts';
import { measureAppleExport } from './apple.ts';
import type { Bench } from './bench.ts';
import { measureAmongMany } from './cognition/among-many.ts';
import { measureGraph } from './cognition/graph-rates.ts';
import { measureLatency } from './cognition/latency.ts';
import { measureThreeWorkers } from './cognition/three-workers.ts';
import { measureThroughput } from './cognition/throughput.ts';
import { measureWebhooks } from './webhooks.ts';
import { evaluateFigure, type BenchReport, type FigureRow } from './evaluate-figure.ts';
import { connectClients } from './server-clients.ts';
import { tableOf } from './print-table.ts';
import { measureServices } from './services.ts';
import { measureSignedNotices } from './signed-notices.ts';

// `npm run bench [-- --only cognition,ingest] [--quick] [--profile] [--export-gb 5]`: the figures of design 11, each beside its
// floor, on servers of its own with fsync on. Every load is bounded in count and time.
const benches: Readonly<Record<string, Bench>> = {
  services: measureServices,
  cognition: measureThroughput,
  workers: measureThreeWorkers,
  crowd: measureAmongMany,
  graph: measureGraph,
  latency: measureLatency,
  ingest: measureWebhooks,
  notices: measureSignedNotices,
  apple: measureAppleExport,
};

const everyGroup = Object.keys(benches).join(',');
const { values } = parseArgs({
  options: {
    /** Groups of figures, separated by commas. */
    only: { type: 'string', default: everyGroup },
    quick: { type: 'boolean', default: false },
    /** The group `apple` also imports Apple's own export with so many GB of XML. */
    'export-gb': { type: 'string' },
    /** Services under load write CPU profiles to `.local/bench/profiles`; it slows them down. */
    profile: { type: 'boolean', default: false },
  },
});
const groups = values.only.split(',').map((name) => {
  const bench = benches[name];
  if (bench) return bench;
  console.error(`There is no group "${name}". Use some of ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
});

const gigabytes = values['export-gb'] === undefined ? undefined : Number(values['export-gb']);
if (gigabytes !== undefined && !(gigabytes > 0 && gigabytes <= 5)) {
  console.error('--export-gb is a number of up to 5.');
  process.exit(2);
}
const size = gigabytes !== undefined && { exportGigabytes: gigabytes };
const print = (line: string) => console.log(line);
const home = join(checkout, '.local', 'bench');
const profiles = values.profile ? join(home, 'profiles') : undefined;
const rows = await measureAll();
for (const line of tableOf(rows)) print(line);
const report: BenchReport = {
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim(),
  cores: availableParallelism(),
  measured: new Date().toISOString(),
  ...(values.only !== everyGroup && { only: values.only }),
  results: rows,
};
mkdirSync(home, { recursive: true });
writeFileSync(
  join(home, values.quick ? 'latest-quick.json' : 'latest.json'),
  `${JSON.stringify(report, null, 2)}\n`,
);
process.exit(0);

async function measureAll(): Promise<FigureRow[]> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stops = new AsyncDisposableStack();
  void untilStopped(stopping, print).then(async () => {
    await stops.disposeAsync();
    process.exit(1);
  });
  try {
    const stack = await startStack({
      root: checkout,
      home,
      ports: 'free',
      services: false,
      fresh: true,
      print,
      signal,
    });
    // The data is deferred only now, since before the start it may belong to another running bench.
    stops.defer(() => {
      for (const data of [stack.paths.data, postgresData(stack.paths)])
        rmSync(data, { recursive: true, force: true });
    });
    stops.defer(() => stack.stop());
    const secrets = stack.env as Secrets;
    await setUpServers({ urls: stack.urls, secrets, progress: createProgress(print) });
    const clients = await connectClients(stack);
    stops.defer(() => clients.close());
    const measured: FigureRow[] = [];
    for (const bench of groups) {
      const figures = await bench({ stack, clients, quick: values.quick, profiles, print, ...size });
      measured.push(...figures.map(evaluateFigure));
    }
    return measured;
  } finally {
    await stops.disposeAsync();
  }
}
