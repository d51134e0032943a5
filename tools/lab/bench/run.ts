import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { InvalidArgumentError } from 'commander';
import { postgresData } from '../../local/install-postgres.ts';
import { createProgress } from '../../local/progress.ts';
import { setUpServers } from '../../local/set-up-servers.ts';
import { startStack } from '../../local/start-stack.ts';
import { untilStopped } from '../../local/until-stopped.ts';
import { createScriptCommand } from '../../script-command.ts';
import type { Secrets } from '../../local/secrets.ts';
import type { Bench } from './bench.ts';
import { evaluateFigure, type BenchReport, type FigureRow } from './evaluate-figure.ts';
import { connectClients } from './server-clients.ts';
import { tableOf } from './print-table.ts';

// `npm run bench`: the figures of design 11, each beside its floor, on servers of its own with fsync on. Every load is bounded
// in count and time.
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  services: async () => (await import('./services.ts')).measureServices,
  cognition: async () => (await import('./cognition/throughput.ts')).measureThroughput,
  workers: async () => (await import('./cognition/three-workers.ts')).measureThreeWorkers,
  crowd: async () => (await import('./cognition/among-many.ts')).measureAmongMany,
  graph: async () => (await import('./cognition/graph-rates.ts')).measureGraph,
  latency: async () => (await import('./cognition/latency.ts')).measureLatency,
  alerts: async () => (await import('./alerts/measure-alerts.ts')).measureAlerts,
  stream: async () => (await import('./stream/measure-stream.ts')).measureStream,
  ingest: async () => (await import('./webhooks.ts')).measureWebhooks,
  notices: async () => (await import('./signed-notices.ts')).measureSignedNotices,
  apple: async () => (await import('./apple.ts')).measureAppleExport,
};

type Flags = {
  readonly only?: readonly string[];
  readonly quick?: boolean;
  readonly profile?: boolean;
  readonly exportGb?: number;
};

const names = Object.keys(benches);
const {
  only = names,
  quick = false,
  profile = false,
  exportGb,
} = createScriptCommand({
  call: 'npm run bench',
  description: 'Measure the speed of every part beside a floor that is measured in the same run.',
  examples: ['', '--only cognition,ingest --quick'],
})
  .option('--only <groups>', `groups of figures, separated by commas: ${names.join(', ')}`, groupNames)
  .option('--quick', 'smaller loads')
  .option('--profile', 'write CPU profiles to .local/bench/profiles, which slows the services down')
  .option(
    '--export-gb <size>',
    "the group apple also imports Apple's own export of so many GB, up to 5",
    exportSize,
  )
  .parse()
  .opts<Flags>();
const groups = await Promise.all(only.flatMap((name) => benches[name]?.() ?? []));

function exportSize(text: string): number {
  const size = Number(text);
  if (size > 0 && size <= 5) return size;
  throw new InvalidArgumentError('The size is a number of GB, up to 5.');
}

function groupNames(text: string): string[] {
  const given = text.split(',');
  const unknown = given.find((name) => !names.includes(name));
  if (unknown === undefined) return given;
  throw new InvalidArgumentError(`There is no group "${unknown}".`);
}

const size = exportGb !== undefined && { exportGigabytes: exportGb };
const print = (line: string) => console.log(line);
const home = join(checkout, '.local', 'bench');
const profiles = profile ? join(home, 'profiles') : undefined;
const rows = await measureAll();
for (const line of tableOf(rows)) print(line);
const report: BenchReport = {
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim(),
  cores: availableParallelism(),
  measured: new Date().toISOString(),
  ...(only.join() !== names.join() && { only: only.join() }),
  results: rows,
};
mkdirSync(home, { recursive: true });
writeFileSync(
  join(home, quick ? 'latest-quick.json' : 'latest.json'),
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
      const figures = await bench({ stack, clients, quick, profiles, print, ...size });
      measured.push(...figures.map(evaluateFigure));
    }
    return measured;
  } finally {
    await stops.disposeAsync();
  }
}
