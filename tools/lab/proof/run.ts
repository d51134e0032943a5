import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkout } from '@bridge/cli/stack-paths';
import { proveCognition } from './cognition/prove-cognition.ts';
import { proveDelivery } from './delivery/prove-delivery.ts';
import { proveIngest } from './ingest/prove-ingest.ts';
import type { Proof, ProofReport } from './proof.ts';
import { proveSimulation } from './simulation/prove-simulation.ts';
import { proveUpgrade } from './upgrade/prove-upgrade.ts';

/** `npm run proof -- <name> [--size N | --notices N | --seconds N] [--seed N] [--short]` runs one long check on real servers. The same seed repeats it. */
const proofs: Readonly<Record<string, Proof>> = {
  delivery: proveDelivery,
  cognition: proveCognition,
  simulation: proveSimulation,
  ingest: proveIngest,
  upgrade: proveUpgrade,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string' },
    /** The size of `ingest`. */
    notices: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** The short version that `npm test` runs. */
    short: { type: 'boolean', default: false },
  },
});

const [name = ''] = positionals;
const proof = proofs[name];
if (!proof) {
  console.error(`There is no proof "${name}". Use one of ${Object.keys(proofs).join(', ')}.`);
  process.exit(2);
}

const size = values.size ?? values.notices;
const started = new Date();
const options = {
  seed: Number(values.seed),
  short: values.short,
  ...(size && { size: Number(size) }),
  ...(values.seconds && { seconds: Number(values.seconds) }),
};
const result = await proof({ ...options, print: (line) => console.log(line) });

const directory = join(checkout, '.local', 'proofs');
mkdirSync(directory, { recursive: true });
const report: ProofReport = {
  name,
  seed: options.seed,
  short: options.short,
  ...((size ?? values.seconds) !== undefined && { shortened: true }),
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim(),
  cores: availableParallelism(),
  started: started.toISOString(),
  seconds: Math.round((Date.now() - started.getTime()) / 1000),
  ...result,
};
const files = options.short ? [`${name}-short.json`] : [`${name}.json`, `${name}-seed-${values.seed}.json`];
for (const file of files) writeFileSync(join(directory, file), `${JSON.stringify(report, null, 2)}\n`);

for (const [what, value] of Object.entries(result.figures))
  console.log(`  ${what.padEnd(42)} ${String(value)}`);
for (const failure of result.failures) console.error(`FAILED: ${failure}`);
console.log(result.failures.length === 0 ? `${name}: proved` : `${name}: ${result.failures.length} failures`);
process.exit(result.failures.length === 0 ? 0 : 1);
