import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import type { ReplayedSignals } from './check.ts';
import type { Worker } from './workers.ts';

/** The service's own replay of every person in `seq` order, in a process of its own, against what it stored. */
export async function verifyStates(worker: Worker | undefined) {
  const { output, trouble } = await run('verify-states.ts', [], worker);
  return {
    output,
    result: output === '' ? undefined : (JSON.parse(output) as ReplayedSignals),
    failures: trouble === undefined ? [] : [`a replay differs: ${output || trouble}`],
  };
}

/** `explain --newest 1000`: how many came out identical, and what did not. */
export async function explainNewest(worker: Worker | undefined) {
  const { output, trouble } = await run('explain.ts', ['--newest', '1000'], worker);
  const counts = output === '' ? {} : (JSON.parse(output) as Record<string, number>);
  const { identical = 0, ...others } = counts;
  const otherwise = Object.values(others).reduce((sum, count) => sum + count, 0);
  const isFine = trouble === undefined && otherwise === 0 && identical > 0;
  return { identical, failures: isFine ? [] : [`explain: ${output || (trouble ?? 'nothing')}`] };
}

function run(script: string, args: readonly string[], worker: Worker | undefined) {
  const path = join(checkout, 'apps/cognition/src', script);
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
