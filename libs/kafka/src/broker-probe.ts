import type { Admin } from 'kafkajs';
import type { Closeable } from '@bridge/core';

export type BrokerProbe = Closeable & {
  /** The cluster's id when a broker answered in time, else undefined. Concurrent calls share one question. */
  ask(): Promise<string | undefined>;
};

/**
 * Asks the cluster for its metadata on a connection of its own, so that neither retries nor long timeouts of other
 * clients delay the answer. A connection that failed once is thrown away: kafkajs's may stay broken after a broker's restart.
 */
export function createBrokerProbe(newAdmin: () => Admin, timeoutMs: number): BrokerProbe {
  let admin: Admin | undefined;
  let asking: Promise<string | undefined> | undefined;
  let closed = false;

  async function question(): Promise<string | undefined> {
    const current = admin ?? newAdmin();
    try {
      if (admin === undefined) await current.connect();
      const { clusterId } = await current.describeCluster();
      admin = current;
      return clusterId;
    } catch {
      // Any failure means that no broker is reachable; the caller reports it as its component's state.
      admin = undefined;
      await disconnect(current);
      return undefined;
    }
  }

  return {
    ask() {
      if (closed) return Promise.resolve(undefined);
      asking ??= question().finally(() => (asking = undefined));
      return within(timeoutMs, asking);
    },
    async close() {
      closed = true;
      await asking;
      if (admin) await disconnect(admin);
      admin = undefined;
    },
  };
}

async function disconnect(admin: Admin): Promise<void> {
  await admin.disconnect().catch(() => undefined); // it was broken or is given up; nothing is left to do with it
}

async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
