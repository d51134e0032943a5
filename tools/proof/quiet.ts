import type { Log } from '@bridge/core';

/** A restarted broker is what a proof wants; clients need not complain about it. */
export const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
