import { CodedError, type Closeable, type Component, type ComponentState, type Log } from '@bridge/core';
import { Redis as Client } from 'ioredis';
import { Gauge, type Registry } from 'prom-client';

export type RedisConfig = {
  /** `redis://[user:password@]host:port[/database]`, or `rediss://` for TLS. */
  readonly url: string;
  /** A command that takes longer fails, in milliseconds. Default 500. */
  readonly commandTimeoutMs?: number;
};

export type Redis = Closeable & {
  /** Runs commands. Redis being away or slow is `CodedError('redis_unavailable')`, which is transient. */
  run<T>(commands: (client: Client) => Promise<T>): Promise<T>;
  /** Not needed for readiness: Redis holds only data that may be lost. */
  readonly component: Component;
};

const connectTimeoutMs = 2_000;
const longestReconnectDelayMs = 2_000;
/** ioredis's errors, known by message only, for a command without a connection. */
const unavailable = /^(Command timed out|Connection is closed|Stream isn't writeable|Socket closed|connect )/;

/** Opens a connection that reconnects by itself. It does not wait for the server, and commands never queue while it is away. */
export function connectRedis(config: RedisConfig, { log, metrics }: { log: Log; metrics: Registry }): Redis {
  const client = new Client(config.url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: connectTimeoutMs,
    commandTimeout: config.commandTimeoutMs ?? 500,
    retryStrategy: (attempt) => Math.min(longestReconnectDelayMs, 50 * 2 ** attempt),
  });
  logOutages(client, log);
  new Gauge({
    name: 'redis_connected',
    help: '1 while the connection to Redis is ready.',
    registers: [metrics],
    collect() {
      this.set(client.status === 'ready' ? 1 : 0);
    },
  });

  async function run<T>(commands: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await commands(client);
    } catch (error) {
      if (error instanceof Error && unavailable.test(error.message)) {
        throw new CodedError('redis_unavailable', 'transient', 'Redis is not available.', { cause: error });
      }
      throw error;
    }
  }

  return {
    run,
    component: {
      name: 'redis',
      needed: false,
      check: async (): Promise<ComponentState> => {
        await client.ping();
        return 'healthy';
      },
    },
    async close() {
      if (client.status === 'ready') await client.quit().catch(() => client.disconnect());
      else client.disconnect();
    },
  };
}

/** One line when an outage begins and one when it ends; ioredis emits an error for each attempt between them. */
function logOutages(client: Client, log: Log): void {
  let down = false;
  client.on('error', (error: Error) => {
    if (!down) log.warn('redis connection lost', { error });
    down = true;
  });
  client.on('ready', () => {
    if (down) log.info('redis connection is back');
    down = false;
  });
}
