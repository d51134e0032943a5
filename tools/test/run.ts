import { silentLog } from '@bridge/testing';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { endProcess } from '@bridge/cli/process-identity';
import { findClockTests } from '../checks/find-clock-tests.ts';
import { listSourceFiles } from '../checks/source-files.ts';
import type { Stack } from '../local/start-stack.ts';
import { untilStopped } from '../local/until-stopped.ts';
import { createScriptCommand } from '../script-command.ts';
import { proveBoundaries } from './boundary-canary.ts';
import { prepareTests } from '../prepare-tests/prepare-tests.ts';
import { markedProcesses, runMark } from './left-behind.ts';
import { commandStep, createResults, vitestStep, type Step } from './steps.ts';
import { startTestStack, testEnvironment } from './test-stack.ts';

/** `npm test`: everything that can be checked on a bare machine. Ends with one line, `N passed, N failed`. */
createScriptCommand({
  call: 'npm test',
  description: 'Run every check of CI. For single tests see CONTRIBUTING.md.',
  examples: [''],
}).parse();

const print = (line: string) => console.log(line);
const start = performance.now();
const stopping = new AbortController();
void untilStopped(stopping, print);

const run = randomUUID();
process.env[runMark] = run;
mkdirSync(join(checkout, '.local'), { recursive: true, mode: 0o700 });
const reports = mkdtempSync(join(checkout, '.local', 'reports-'));
const results = createResults(print);

// Commands of node_modules run on the Node that runs this, whatever `node` is on PATH.
const bins = [dirname(process.execPath), join(checkout, 'node_modules/.bin')];
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [...bins, process.env.PATH].join(delimiter),
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  CI: '1',
};
const options = { cwd: checkout, env, signal: stopping.signal };
const node = [process.execPath, '--conditions=@bridge/source'];

/** `--output-type err` says which rule each import breaks. */
const depcruise = ['depcruise', '--config', 'dependency-cruiser.config.mjs', '--output-type', 'err'].concat(
  ['apps', 'libs', 'cli', 'tools'].filter((folder) => existsSync(join(checkout, folder))),
);

/** Steps that need no server. Without a graph the boundary rule of Nx checks nothing, so the graph comes first. */
const source: readonly Step[] = [
  commandStep('format', ['prettier', '--check', '.'], options),
  commandStep('types', ['tsc', '-b'], options),
  commandStep('project graph', ['nx', 'graph', `--file=${join(reports, 'graph.json')}`], options),
  { name: 'boundary canary', run: () => proveBoundaries(options) },
  commandStep('lint', ['eslint', 'apps', 'cli', 'libs', 'tools'], options),
  commandStep('unused code', ['knip'], options),
  commandStep('circles and upward imports', depcruise, options),
  commandStep('literal dates', [...node, 'tools/checks/literal-dates.ts'], options),
  commandStep('old names', [...node, 'tools/checks/old-names.ts'], options),
  commandStep('contract drift', [...node, 'tools/generate/generate.ts', '--check'], options),
  vitestStep('unit', join(reports, 'unit.json'), options),
  unitTestsInYears(1),
  unitTestsInYears(2),
  commandStep('every branch of policy', everyBranchOf('libs/mode-policy/src'), options),
  commandStep('short evaluation', [...node, 'tools/lab/evaluate/main.ts', '--short'], options),
];

/** The unit tests that read the clock, as they will run in so many years. */
function unitTestsInYears(years: number): Step {
  const files = findClockTests(checkout, listSourceFiles(checkout));
  const clock = { ...options, files, env: { ...env, BRIDGE_TEST_YEARS: String(years) } };
  const { run } = vitestStep('unit', join(reports, `unit-in-${years}.json`), clock);
  return { name: `unit tests, + ${years} years`, run };
}

/** The unit tests of a folder, which fail when they leave a branch of it out. */
function everyBranchOf(folder: string): readonly string[] {
  const tests = ['vitest', 'run', '--project', 'unit', folder];
  const coverage = [`include=${folder}/**`, 'thresholds.branches=100', 'reporter=text'];
  const report = `--coverage.reportsDirectory=${join(reports, 'coverage')}`;
  return [...tests, '--coverage', ...coverage.map((option) => `--coverage.${option}`), report];
}

let stack: Stack | undefined;

const startIt: Step = {
  name: 'start of a stack',
  run: async () => {
    stack = await startTestStack({ root: checkout, env, signal: stopping.signal });
    await prepareTests({ adminUrl: stack.urls.postgres, log: silentLog });
    return undefined;
  },
};

/** Steps that need servers. The journeys run last and alone, since they also measure times. */
function withServers(running: Stack): { readonly beside: readonly Step[]; readonly alone: readonly Step[] } {
  const served = { ...options, env: { ...env, ...testEnvironment(running) } };
  return {
    beside: [vitestStep('int', join(reports, 'int.json'), served)],
    alone: [vitestStep('e2e', join(reports, 'e2e.json'), served)],
  };
}

/**
 * A proof breaks servers at will, so each starts its own. Most of their time they wait for recovery, so they run side by side.
 * The cut of `delivery` has no place here: `cognition` deals the same blows and more, and makes the same checks.
 */
const shortProofs: readonly Step[] = ['cognition', 'ingest', 'alerts', 'stream', 'simulation', 'upgrade'].map(
  (name) =>
    commandStep(`short proof: ${name}`, [...node, 'tools/lab/proof/run.ts', name, '--short'], options),
);

const stopIt: Step = {
  name: 'stop of the stack',
  run: async () => {
    if (stack && results.total().failed > 0) keepLogs(stack);
    await stack?.stop();
    return undefined;
  },
};

/** Keeps the services' logs after a failure, since the stack is removed. */
function keepLogs({ paths }: Stack): void {
  const kept = join(checkout, '.local', 'failed-test-logs');
  rmSync(kept, { recursive: true, force: true });
  cpSync(paths.logs, kept, { recursive: true });
  print(`  logs of the services are kept in ${kept}`);
}

const nothingLeft: Step = {
  name: 'no process left behind',
  run: async () => {
    const left = markedProcesses(run);
    await Promise.all(left.map((process_) => endProcess(process_, 'SIGTERM', 2000)));
    if (left.length > 0) throw new Error(left.map(({ pid, command }) => `${pid} ${command}`).join('\n'));
    return undefined;
  },
};

print(
  'Two lanes run side by side, one for the source and one for the servers; each step is shown as it ends.',
);
try {
  const servers = async () => {
    await results.inTurn([startIt]);
    if (stack) await results.inTurn(withServers(stack).beside);
  };
  await Promise.all([results.inTurn(source), servers()]);
  if (stack) await results.inTurn(withServers(stack).alone);
  await Promise.all(shortProofs.map((proof) => results.inTurn([proof])));
} finally {
  await results.inTurn([stopIt, nothingLeft]);
  rmSync(reports, { recursive: true });
}

if (process.env.TEST_TIMESCALE_URL === undefined) {
  print('  NOT CHECKED: TimescaleDB (TEST_TIMESCALE_URL is not set; the suite ran on native partitions)');
}
const { passed, failed } = results.total();
print(`  ${((performance.now() - start) / 1000).toFixed(0)} s in all`);
print(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
