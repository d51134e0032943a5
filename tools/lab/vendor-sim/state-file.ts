import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Subscription } from './oura/subscriptions.ts';
import type { SavedVendorState } from './vendor-state.ts';

/** The state that an application relies on across restarts of the vendor. */
export type SavedState = {
  readonly oura: SavedVendorState;
  readonly whoop: SavedVendorState;
  readonly subscriptions: readonly Subscription[];
};

const writeAfterMs = 100;

export type StateFile = ReturnType<typeof createStateFile>;

/** Reads the state of the last run from `file`, and writes it there after changes. Without a file nothing is saved. */
export function createStateFile(file: string | undefined) {
  let timer: NodeJS.Timeout | undefined;
  let collect: (() => SavedState) | undefined;

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    if (file === undefined || !collect) return;
    mkdirSync(dirname(file), { recursive: true });
    // The file holds tokens, though only those of a simulator.
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
    // The file is missing or was cut off. People then consent again.
    return undefined;
  }
}
