import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import type { ReplayedSignals } from './check.ts';
import type { Worker } from './workers.ts';

/** Replays every person in `seq` order in a separate process and compares the results with the tables. */
export async function verifyStates(worker: Worker | undefined) {
  const { output, trouble } = await run(['verify'], worker);
  return {
    output,
    result: output === '' ? undefined : (JSON.parse(lastLine(output)) as ReplayedSignals),
    failures: trouble === undefined ? [] : [`a replay differs: ${output || trouble}`],
  };
}

/** Persons and transitions at fault have a line each before the result. */
const lastLine = (output: string) => output.slice(output.lastIndexOf('\n') + 1);

/** Runs `explain --newest 1000`, which counts identical and different decisions. */
export async function explainNewest(worker: Worker | undefined) {
  const { output, trouble } = await run(['explain', '--newest', '1000'], worker);
  const counts = output === '' ? {} : (JSON.parse(lastLine(output)) as Record<string, number>);
  const { identical = 0, ...others } = counts;
  const otherwise = Object.values(others).reduce((sum, count) => sum + count, 0);
  const isFine = trouble === undefined && otherwise === 0 && identical > 0;
  return { identical, failures: isFine ? [] : [`explain: ${output || (trouble ?? 'nothing')}`] };
}

function run(args: readonly string[], worker: Worker | undefined) {
  const path = join(checkout, 'cli/bridge.ts');
  const { promise, resolve } = Promise.withResolvers<{ output: string; trouble: string | undefined }>();
  execFile(
    process.execPath,
    ['--conditions=@bridge/source', path, ...args],
    { cwd: checkout, env: worker?.env },
    (error, stdout, stderr) => {
      const trouble = error === null ? undefined : stderr.slice(-500) || error.message;
      resolve({ output: stdout.trim(), trouble });
    },
  );
  return promise;
}
