import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { Gauge, type Registry } from 'prom-client';
import { CodedError, type Closeable, type Component, type Log } from '@bridge/core';
import { createBrokerProbe } from './broker-probe.ts';
import { registerCodecs } from './compression.ts';
import { createKafkaLogCreator } from './kafka-log.ts';
import { patchHeaders } from './kafkajs-patches/headers.ts';
import { patchEncoder } from './kafkajs-patches/encoder.ts';

export type KafkaConfig = {
  /** `host:port`, one or more. */
  readonly brokers: readonly string[];
  /** Names this service in the broker's logs and quotas. */
  readonly clientId: string;
};

export type KafkaConnection = Closeable & {
  readonly kafka: Kafka;
  /**
   * For consumers. Joining a group waits for members that are gone, up to their session timeout: a client that gave up
   * before would come back under another name, and the group would wait for its own ghost, again and again.
   */
  readonly groups: Kafka;
  /** One admin client for all who need it; connects on first use and again after a loss. Rejects while no broker answers. */
  admin(): Promise<Admin>;
  /** Distinguishes a new cluster from the one that stored positions belong to. Transient CodedError while no broker answers. */
  clusterId(): Promise<string>;
  readonly component: Component;
  readonly log: Log;
  readonly metrics: Registry;
};

/** A health check must answer within the second that `/health` gives it. */
const probeTimeoutMs = 900;

/**
 * Prepares the connections to Kafka; each client opens its own. It does not wait for a broker: a service starts while Kafka
 * is down, and its component reports that. Retries are short and bounded, so that a caller learns of a loss within seconds.
 */
export function connectKafka(
  config: KafkaConfig,
  { log, metrics }: { log: Log; metrics: Registry },
): Promise<KafkaConnection> {
  registerCodecs();
  patchHeaders();
  patchEncoder();
  const common = {
    clientId: config.clientId,
    brokers: [...config.brokers],
    logCreator: createKafkaLogCreator(log),
    connectionTimeout: 2_000,
  };
  const kafka = new kafkajs.Kafka({
    ...common,
    requestTimeout: 5_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
  });
  const groups = new kafkajs.Kafka({
    ...common,
    requestTimeout: 25_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
  });
  const impatient = new kafkajs.Kafka({
    ...common,
    connectionTimeout: probeTimeoutMs,
    requestTimeout: probeTimeoutMs,
    retry: { retries: 0 },
  });
  const probe = createBrokerProbe(() => impatient.admin(), probeTimeoutMs);
  const admin = createSharedAdmin(kafka);
  const up = kafkaUpGauge(metrics);

  async function askBroker(): Promise<string | undefined> {
    const answer = await probe.ask();
    up.set(answer === undefined ? 0 : 1);
    return answer;
  }

  return Promise.resolve({
    kafka,
    groups,
    log,
    metrics,
    admin: () => admin.get(),
    async clusterId() {
      const clusterId = await askBroker();
      if (clusterId === undefined)
        throw new CodedError('kafka_unreachable', 'transient', 'no Kafka broker answers');
      return clusterId;
    },
    component: {
      name: 'kafka',
      needed: true,
      check: async () => ((await askBroker()) === undefined ? 'unhealthy' : 'healthy'),
    },
    async close() {
      await probe.close();
      await admin.close();
    },
  });
}

function createSharedAdmin(kafka: Kafka): Closeable & { get(): Promise<Admin> } {
  let connecting: Promise<Admin> | undefined;

  async function connect(): Promise<Admin> {
    const admin = kafka.admin();
    await admin.connect();
    return admin;
  }

  return {
    get() {
      connecting ??= connect().catch((error: unknown) => {
        connecting = undefined;
        throw error;
      });
      return connecting;
    },
    async close() {
      const admin = await connecting?.catch(() => undefined);
      connecting = undefined;
      await admin?.disconnect();
    },
  };
}

function kafkaUpGauge(metrics: Registry): Gauge {
  return new Gauge({
    name: 'kafka_up',
    help: '1 while a broker answered the last check, else 0.',
    registers: [metrics],
  });
}
