import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Subscription } from './oura/subscriptions.ts';
import type { SavedVendorState } from './vendor-state.ts';

/** What an application relies on beyond a restart of the vendor. */
export type SavedState = {
  readonly oura: SavedVendorState;
  readonly whoop: SavedVendorState;
  readonly subscriptions: readonly Subscription[];
};

const writeAfterMs = 100;

/** The state of the last run in `file`; nothing is kept without one. */
export function createStateFile(file: string | undefined) {
  let timer: NodeJS.Timeout | undefined;
  let collect: (() => SavedState) | undefined;

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    if (file === undefined || !collect) return;
    mkdirSync(dirname(file), { recursive: true });
    // It holds tokens, if only of a simulator.
    writeFileSync(`${file}.new`, JSON.stringify(collect()), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  return {
    last: file === undefined ? undefined : readState(file),
    collectWith: (collector: () => SavedState) => (collect = collector),
    changed: (): void => {
      if (file !== undefined) timer ??= setTimeout(write, writeAfterMs);
    },
    write,
  };
}

function readState(file: string): SavedState | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SavedState;
  } catch {
    // None yet, or broken off while it was written: consents are given anew then.
    return undefined;
  }
}
