import { readdirSync, readFileSync } from 'node:fs';
import { identify, type ProcessIdentity } from '@bridge/cli/process-identity';

/** Marks every process that a test run starts, however deep: children inherit it. */
export const runMark = 'BRIDGE_TEST_RUN';

/** The processes that carry the mark of this run. Empty where there is no /proc. */
export function markedProcesses(run: string): ProcessIdentity[] {
  const mark = `${runMark}=${run}`;
  return processIds()
    .filter((pid) => pid !== process.pid && environmentOf(pid).includes(mark))
    .map(identify)
    .filter((identity) => identity !== undefined);
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
