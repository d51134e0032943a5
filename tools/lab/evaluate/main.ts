import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { wholeNumber } from '@bridge/cli/number-options';
import { CodedError } from '@bridge/core';
import { requireRules } from '@bridge/mode-policy';
import { InvalidArgumentError, Option } from 'commander';
import { createScriptCommand } from '../../script-command.ts';
import { deviceClasses, type DeviceClass } from '../population/device-classes.ts';
import { failuresOf, judge } from './judge.ts';
import { planJobs } from './plan.ts';
import { tableLines } from './print-table.ts';
import { runJobs } from './run-jobs.ts';
import { reportOf, speedLines } from './report.ts';
import { loadTargets } from './targets.ts';

type Flags = {
  readonly config?: readonly string[];
  readonly full?: boolean;
  readonly short?: boolean;
  readonly persons?: number;
  readonly days?: number;
  readonly class?: DeviceClass;
  readonly seed: number;
  readonly threads: number;
};

/** `npm run evaluate`: what the mode policy does to healthy people, and what it finds. See README.md. */
const flags = createScriptCommand({
  call: 'npm run evaluate',
  description: 'Show what the mode policy does to healthy people and what it finds, beside the targets.',
  examples: ['', '--class ring --persons 40 --days 120', '--config experiment.yaml'],
})
  .option('--config <file>', 'rules to compare with config/neuros.yaml; may be given again', addFile)
  .option('--full', '200 persons × 365 days in every class')
  .option('--short', 'the cut that `npm test` runs')
  .option('--persons <number>', 'instead of those of targets.yaml', wholeNumber(1, 1e6))
  .option('--days <number>', 'of healthy people, instead of those of targets.yaml', wholeNumber(1, 10_000))
  .addOption(new Option('--class <name>', 'one device class only').choices(deviceClasses))
  .option('--seed <number>', 'another seed means other people', wholeNumber(0), 1)
  .option('--threads <number>', 'threads', wholeNumber(1, 1_000), availableParallelism())
  .parse()
  .opts<Flags>();

function addFile(path: string, others: readonly string[] = []): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new InvalidArgumentError('There is no such file.');
  }
  try {
    requireRules(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof CodedError) throw new InvalidArgumentError(error.message);
    throw error;
  }
  return [...others, path];
}

const checkout = resolve(import.meta.dirname, '../../..');
const print = (line: string) => process.stdout.write(`${line}\n`);

const { config: others = [], full: isFull = false, short: isShort = false, persons, days, seed } = flags;
const run = { seed, isFull, isShort, persons, days, onlyClass: flags.class };
const started = new Date();
const targets = loadTargets();
const jobs = planJobs(targets, run);
const configs = [join(checkout, 'config/neuros.yaml'), ...others.map((path) => resolve(path))];
const setup = { engine: new URL('engines/mode-policy.ts', import.meta.url).href, configs, seed: run.seed };
const results = await runJobs(jobs, setup, flags.threads, (done) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${jobs.length} people`);
});
if (process.stderr.isTTY) process.stderr.write('\n');

const rows = judge(
  results.flatMap(({ outcomes }) => outcomes),
  { targets, ...run },
);
for (const line of tableLines(rows, ['config/neuros.yaml', ...others])) print(line);
for (const line of speedLines(results)) print(line);
const failures = failuresOf(rows);
const report = reportOf({
  rows,
  failures,
  run,
  started,
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim(),
  cores: availableParallelism(),
});
const directory = join(checkout, '.local/proofs');
mkdirSync(directory, { recursive: true });
const files = run.isShort ? ['evaluate-short.json'] : ['evaluate.json', `evaluate-seed-${run.seed}.json`];
for (const file of files) writeFileSync(join(directory, file), `${JSON.stringify(report, null, 2)}\n`);

for (const failure of failures) process.stderr.write(`MISSED: ${failure}\n`);
print(
  failures.length === 0 ? 'evaluate: no target is missed' : `evaluate: ${failures.length} targets missed`,
);
process.exit(failures.length === 0 ? 0 : 1);
