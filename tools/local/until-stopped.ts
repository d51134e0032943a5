const parentCheckMs = 1000;

/** The terminal sends Ctrl-C to the whole group and npm passes it on again: one press arrives twice. */
const sameKeyPressMs = 1000;

/**
 * Resolves, and aborts `stopping`, on Ctrl-C, SIGTERM, a closed terminal, or when the process that started this one
 * is gone (npm does not pass every signal on). Asked once more, it gives up at once.
 */
export function untilStopped(stopping: AbortController, print: (line: string) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const parent = process.ppid;
  let askedAt: number | undefined;
  const stop = () => {
    if (askedAt !== undefined) {
      if (performance.now() - askedAt < sameKeyPressMs) return;
      print('Not waiting any longer; the next start ends what is left.');
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
