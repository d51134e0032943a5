import { randomBytes } from 'node:crypto';
import type { Log } from '@bridge/core';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { connectKafka, type KafkaConnection } from '../src/index.ts';

/** The address of a real server of this run. */
export function fromEnvironment(name: 'KAFKA_BOOTSTRAP_SERVERS' | 'SCHEMA_REGISTRY_URL'): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: run "npm test", or start a stack and load its variables`);
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export function randomName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}

/** A connection to the run's broker, closed when the test ends. */
export async function connect(log: Log = silentLog): Promise<KafkaConnection> {
  const brokers = fromEnvironment('KAFKA_BOOTSTRAP_SERVERS').split(',');
  const connection = await connectKafka(
    { brokers, clientId: 'kafka-lib-test' },
    { log, metrics: new Registry() },
  );
  onTestFinished(() => connection.close());
  return connection;
}

/** A topic of its own, deleted when the test ends. */
export async function createTopic(
  connection: KafkaConnection,
  options: { readonly partitions?: number; readonly maxMessageBytes?: number } = {},
): Promise<string> {
  const topic = randomName('test');
  const admin = await connection.admin();
  const limit = options.maxMessageBytes;
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic,
        numPartitions: options.partitions ?? 1,
        configEntries: limit === undefined ? [] : [{ name: 'max.message.bytes', value: String(limit) }],
      },
    ],
  });
  onTestFinished(() => admin.deleteTopics({ topics: [topic] }));
  return topic;
}
