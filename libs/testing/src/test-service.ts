import type { Closeable, Log } from '@bridge/core';
import type { Service } from '@bridge/service-runtime';
import { Registry } from 'prom-client';
import { silentLog } from './recording-log.ts';

export type TestService = Service & {
  /** The reason of the first crash. */
  readonly crashed: Promise<string>;
  /** Stops as `runService` does: callbacks first, then resources in reverse order. */
  close(): Promise<void>;
};

/** The argument that `runService` gives a service, for a service inside a test. Its environment is empty. */
export function createTestService(log: Log = silentLog): TestService {
  const acquired: Closeable[] = [];
  const onStopping: (() => Promise<void> | void)[] = [];
  const crashed = Promise.withResolvers<string>();
  let stopping = false;
  return {
    async use(resource) {
      const opened = await resource;
      acquired.push(opened);
      return opened;
    },
    log,
    env: {},
    metrics: new Registry(),
    onStopping: (callback) => void onStopping.push(callback),
    onReload: () => undefined,
    isStopping: () => stopping,
    crash(reason, error) {
      log.error(reason, { error });
      crashed.resolve(reason);
    },
    crashed: crashed.promise,
    async close() {
      stopping = true;
      for (const callback of onStopping) await callback();
      for (const resource of acquired.splice(0).reverse()) await resource.close();
    },
  };
}
