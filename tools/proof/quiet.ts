import type { Log } from '@bridge/handler';

/** A restarted broker is what a proof wants; clients need not complain about it. */
export const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
