import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { deviceClasses, type DeviceClass } from '../population/device-classes.ts';
import { failuresOf, judge } from './judge.ts';
import { planJobs } from './plan.ts';
import { tableLines } from './print-table.ts';
import { runJobs } from './run-jobs.ts';
import { reportOf, speedLines } from './report.ts';
import { loadTargets } from './targets.ts';

/** `npm run evaluate -- [options]`: what the mode policy does to healthy people, and what it finds. See README.md. */
const { values } = parseArgs({
  options: {
    config: { type: 'string', multiple: true, default: [] },
    full: { type: 'boolean', default: false },
    /** The cut that `npm test` runs. */
    short: { type: 'boolean', default: false },
    persons: { type: 'string' },
    days: { type: 'string' },
    class: { type: 'string' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});

const checkout = resolve(import.meta.dirname, '../../..');
const print = (line: string) => process.stdout.write(`${line}\n`);

function classNamed(name: string | undefined): DeviceClass | undefined {
  const found = deviceClasses.find((one) => one === name);
  if (name !== undefined && found === undefined) {
    process.stderr.write(`There is no class ${name}. Known: ${deviceClasses.join(', ')}.\n`);
    process.exit(2);
  }
  return found;
}

const run = {
  seed: Number(values.seed),
  isFull: values.full,
  isShort: values.short,
  persons: values.persons === undefined ? undefined : Number(values.persons),
  days: values.days === undefined ? undefined : Number(values.days),
  onlyClass: classNamed(values.class),
};
const started = new Date();
const targets = loadTargets();
const jobs = planJobs(targets, run);
const configs = [join(checkout, 'config/neuros.yaml'), ...values.config.map((path) => resolve(path))];
const setup = { engine: new URL('engines/mode-policy.ts', import.meta.url).href, configs, seed: run.seed };
const results = await runJobs(jobs, setup, Math.max(1, Number(values.threads)), (done) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${jobs.length} people`);
});
if (process.stderr.isTTY) process.stderr.write('\n');

const rows = judge(
  results.flatMap(({ outcomes }) => outcomes),
  { targets, ...run },
);
for (const line of tableLines(rows, ['config/neuros.yaml', ...values.config])) print(line);
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
