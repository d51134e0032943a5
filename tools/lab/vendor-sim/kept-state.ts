import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Subscription } from './oura/subscriptions.ts';
import type { KeptSide } from './side.ts';

/** What an application relies on beyond a restart of the vendor. */
export type KeptState = {
  readonly oura: KeptSide;
  readonly whoop: KeptSide;
  readonly subscriptions: readonly Subscription[];
};

const writeAfterMs = 100;

/** The state of the last run in `file`; nothing is kept without one. */
export function openKeptState(file: string | undefined) {
  let timer: NodeJS.Timeout | undefined;
  let collect: (() => KeptState) | undefined;

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
    collectWith: (collector: () => KeptState) => (collect = collector),
    changed: (): void => {
      if (file !== undefined) timer ??= setTimeout(write, writeAfterMs);
    },
    write,
  };
}

function readState(file: string): KeptState | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as KeptState;
  } catch {
    // None yet, or broken off while it was written: consents are given anew then.
    return undefined;
  }
}
