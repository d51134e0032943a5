import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

/** A record in `run/` of a process that a stack started, so that a later start recognises it. */
export type ProcessRecord = ProcessIdentity & { readonly stopSignal: NodeJS.Signals };

/** The name under which the process that owns a stack is recorded. */
export const ownerName = 'stack';

/** Returns the process that owns this stack while it runs. A stale record (its process is gone) counts as none. */
export function runningOwner(run: string): ProcessIdentity | undefined {
  const owner = readProcessRecord(run, ownerName);
  return owner && isRunning(owner) ? owner : undefined;
}

export function readProcessRecord(run: string, name: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(processRecordFile(run, name), 'utf8')) as ProcessRecord;
  } catch {
    // The record is missing, or a crash cut it off. Both count as no record.
    return undefined;
  }
}

export function processRecordFile(run: string, name: string): string {
  return join(run, `${name}.pid.json`);
}
