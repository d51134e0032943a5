import { endProcess, identify, isRunning } from '@bridge/cli/process-identity';
import {
  ownerName,
  processRecordFile,
  readProcessRecord,
  runningOwner,
  type ProcessRecord,
} from '@bridge/cli/stack-owner';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

/** Records a process that was just started, unless it has already ended. */
export function recordProcess(run: string, name: string, pid: number, stopSignal: NodeJS.Signals): void {
  const identity = identify(pid);
  if (identity) writeRecord(run, name, { ...identity, stopSignal });
}

/** Removes the record of a process that has ended. */
export function forgetProcess(run: string, name: string): void {
  rmSync(processRecordFile(run, name), { force: true });
}

/**
 * Makes this process the owner of the stack.
 *
 * @throws Error when another process owns it and still runs.
 */
export function claimStack(run: string): void {
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const owner = runningOwner(run);
  if (owner && owner.pid !== process.pid) {
    throw new Error(`This stack already runs under process ${owner.pid}. Stop it there with Ctrl-C first.`);
  }
  recordProcess(run, ownerName, process.pid, 'SIGTERM');
}

/** Gives up the ownership of the stack. */
export function releaseStack(run: string): void {
  forgetProcess(run, ownerName);
}

/**
 * Ends processes that an earlier owner of the stack left running, for example after a SIGKILL. It signals a process only
 * if it is exactly the recorded one. Returns the names of the ended processes.
 */
export async function endLeftovers(run: string): Promise<string[]> {
  const ended: string[] = [];
  const names = recordedNames(run).filter((name) => name !== ownerName);
  await Promise.all(
    names.map(async (name) => {
      const record = readProcessRecord(run, name);
      if (record && isRunning(record)) {
        ended.push(name);
        await endProcess(record, record.stopSignal, 15_000);
      }
      forgetProcess(run, name);
    }),
  );
  return ended.sort();
}

function recordedNames(run: string): string[] {
  return readdirSync(run)
    .filter((file) => file.endsWith('.pid.json'))
    .map((file) => file.slice(0, -'.pid.json'.length));
}

function writeRecord(run: string, name: string, record: ProcessRecord): void {
  writeFileSync(processRecordFile(run, name), JSON.stringify(record), { mode: 0o600 });
}
