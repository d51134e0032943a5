import { CodedError, type Log } from '@bridge/core';
import { expect, it } from 'vitest';
import { repeatUntilClosed } from './repeat-until-closed.ts';

/** A log that keeps what it is told, with the level. */
function noteLog() {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { log, lines };
}

it('runs again after a failure, and says aloud only what will not pass by itself', async () => {
  const { log, lines } = noteLog();
  const failures = [
    new CodedError('not_committed', 'transient', 'away'),
    new CodedError('not_loaded', 'permanent', 'broken'),
  ];
  const third = Promise.withResolvers<undefined>();
  const repeating = repeatUntilClosed(
    () => {
      const failure = failures.shift();
      if (failure !== undefined) return Promise.reject(failure);
      third.resolve(undefined);
      return Promise.resolve();
    },
    { failure: 'it did not work', everyMs: 1, log },
  );
  await third.promise;
  await repeating.close();
  expect(lines).toEqual(['debug: it did not work yet', 'error: it did not work']);
});

it('ends with the run that goes on, whose signal says so', async () => {
  const { log } = noteLog();
  const started = Promise.withResolvers<AbortSignal>();
  const work = Promise.withResolvers<undefined>();
  let runs = 0;
  const repeating = repeatUntilClosed(
    async (signal) => {
      runs += 1;
      started.resolve(signal);
      await work.promise;
    },
    { failure: 'it did not work', everyMs: 1, log },
  );
  const signal = await started.promise;
  const closing = repeating.close();
  expect(signal.aborted).toBe(true);
  work.resolve(undefined);
  await closing;
  expect(runs).toBe(1);
});
