import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { wholeNumber } from '@bridge/cli/number-options';
import { checkout } from '@bridge/cli/stack-paths';
import { Argument, Option } from 'commander';
import { createScriptCommand } from '../../script-command.ts';
import type { Proof, ProofReport } from './proof.ts';

/** `npm run proof -- <name>` runs one long check on real servers. The same seed repeats it. Only that one is loaded. */
const proofs: Readonly<Record<string, () => Promise<Proof>>> = {
  delivery: async () => (await import('./delivery/prove-delivery.ts')).proveDelivery,
  cognition: async () => (await import('./cognition/prove-cognition.ts')).proveCognition,
  simulation: async () => (await import('./simulation/prove-simulation.ts')).proveSimulation,
  ingest: async () => (await import('./ingest/prove-ingest.ts')).proveIngest,
  alerts: async () => (await import('./alerts/prove-alerts.ts')).proveAlerts,
  stream: async () => (await import('./stream/prove-stream.ts')).proveStream,
  upgrade: async () => (await import('./upgrade/prove-upgrade.ts')).proveUpgrade,
};

type Flags = {
  readonly size?: number;
  readonly notices?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly short?: boolean;
};

const command = createScriptCommand({
  call: 'npm run proof',
  description: 'Run one long check on real servers, with faults. Its report goes to .local/proofs.',
  examples: ['delivery', 'ingest --notices 20000 --seed 7', 'cognition --short'],
})
  .addArgument(new Argument('<name>', 'the proof').choices(Object.keys(proofs)))
  .option('--size <number>', 'events or requests (default: its own of each proof)', wholeNumber(1))
  .addOption(
    new Option('--notices <number>', 'the size of `ingest`').argParser(wholeNumber(1)).conflicts('size'),
  )
  .option('--seconds <number>', 'seconds of load, for a proof that runs for a time', wholeNumber(1))
  .option('--seed <number>', 'the same seed repeats the same load and faults', wholeNumber(0), 1)
  .option('--short', 'the short version that `npm test` runs')
  .parse();
const [name = ''] = command.args;
const loadProof = proofs[name];
if (!loadProof) throw new Error(`There is no proof "${name}".`);
const { notices, size = notices, seconds, seed, short = false } = command.opts<Flags>();

const proof = await loadProof();
const started = new Date();
const options = {
  seed,
  short,
  ...(size !== undefined && { size }),
  ...(seconds !== undefined && { seconds }),
};
const result = await proof({ ...options, print: (line) => console.log(line) });

const directory = join(checkout, '.local', 'proofs');
mkdirSync(directory, { recursive: true });
const report: ProofReport = {
  name,
  seed: options.seed,
  short: options.short,
  ...((size ?? seconds) !== undefined && { shortened: true }),
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim(),
  cores: availableParallelism(),
  started: started.toISOString(),
  seconds: Math.round((Date.now() - started.getTime()) / 1000),
  ...result,
};
const files = options.short ? [`${name}-short.json`] : [`${name}.json`, `${name}-seed-${seed}.json`];
for (const file of files) writeFileSync(join(directory, file), `${JSON.stringify(report, null, 2)}\n`);

for (const [what, value] of Object.entries(result.figures))
  console.log(`  ${what.padEnd(42)} ${String(value)}`);
for (const failure of result.failures) console.error(`FAILED: ${failure}`);
console.log(result.failures.length === 0 ? `${name}: proved` : `${name}: ${result.failures.length} failures`);
process.exit(result.failures.length === 0 ? 0 : 1);
