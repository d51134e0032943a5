import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, identify, isRunning, type ProcessIdentity } from './process-identity.ts';

/** A note in `run/` about a process that a stack started, so that a later start recognises it. */
export type ProcessRecord = ProcessIdentity & { readonly stopSignal: NodeJS.Signals };

const ownerName = 'stack';

/** Writes down a process that was just started. Nothing is written when it has already ended. */
export function recordProcess(run: string, name: string, pid: number, stopSignal: NodeJS.Signals): void {
  const identity = identify(pid);
  if (identity) writeRecord(run, name, { ...identity, stopSignal });
}

/** Removes the note of a process that has ended. */
export function forgetProcess(run: string, name: string): void {
  rmSync(recordFile(run, name), { force: true });
}

/** The process that owns this stack, when it still runs. A stale note (its process is gone) counts as none. */
export function runningOwner(run: string): ProcessIdentity | undefined {
  const owner = readRecord(run, ownerName);
  return owner && isRunning(owner) ? owner : undefined;
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
 * Ends what an earlier owner of the stack left running, for example after a SIGKILL. Only processes that are still
 * exactly the recorded ones are touched. Returns their names.
 */
export async function endLeftovers(run: string): Promise<string[]> {
  const ended: string[] = [];
  const names = recordedNames(run).filter((name) => name !== ownerName);
  await Promise.all(
    names.map(async (name) => {
      const record = readRecord(run, name);
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
  writeFileSync(recordFile(run, name), JSON.stringify(record), { mode: 0o600 });
}

function readRecord(run: string, name: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(run, name), 'utf8')) as ProcessRecord;
  } catch {
    // Missing, or cut off by the very crash it should help with: as good as none.
    return undefined;
  }
}

function recordFile(run: string, name: string): string {
  return join(run, `${name}.pid.json`);
}
