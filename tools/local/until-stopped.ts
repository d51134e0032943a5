const parentCheckMs = 1000;

/** One Ctrl-C arrives twice: the terminal sends it to the whole group, and npm forwards it. */
const sameKeyPressMs = 1000;

/**
 * Resolves, and aborts `stopping`, on Ctrl-C, SIGTERM, a closed terminal, or when the parent process has ended (npm does
 * not forward every signal). A second request ends the process at once.
 */
export function untilStopped(stopping: AbortController, print: (line: string) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const parent = process.ppid;
  let askedAt: number | undefined;
  const stop = () => {
    if (askedAt !== undefined) {
      if (performance.now() - askedAt < sameKeyPressMs) return;
      print('Stopping at once. The next start ends the remaining processes.');
      process.exit(1);
    }
    askedAt = performance.now();
    clearInterval(watch);
    stopping.abort(new Error('stopped'));
    resolve(undefined);
  };
  const watch = setInterval(() => {
    if (process.ppid !== parent) stop();
  }, parentCheckMs);
  watch.unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return promise;
}
