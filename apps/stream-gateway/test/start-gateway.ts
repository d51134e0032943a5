import { defaultRetentionDays } from '@bridge/contracts';
import { randomBytes } from 'node:crypto';
import { createMessageSigner } from '@bridge/kafka';
import { createRecordingLog, createTestService, fromEnvironment } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, type Query } from '@bridge/vault';
import type { GatewayConfig } from '../src/config.ts';
import { wireGateway } from '../src/wire.ts';

export const masterKey = randomBytes(32).toString('hex');
const signingKeys = [{ id: 'test', key: randomBytes(32) }];
export const signer = createMessageSigner(signingKeys);
const vaultConfig = {
  kek: parseKeyList(randomBytes(32).toString('base64')),
  indexKey: parseKey(randomBytes(32).toString('base64')),
  cacheSize: 1_000,
};

export function openVault(query: Query) {
  return createVault({ query, ...vaultConfig });
}

/** What the gateways of one test share. */
export type GatewayWorld = {
  readonly databaseUrl: string;
  readonly topics: {
    readonly events: string;
    readonly transitions: string;
    readonly alertChanges: string;
    readonly insights: string;
  };
};

export type GatewayChanges = Partial<GatewayConfig> & {
  readonly ringFrames?: number;
  /** Messages of each partition that are read again at the start. */
  readonly startBack?: number;
  readonly services?: GatewayConfig['pipeline']['services'];
};

export type Gateway = Awaited<ReturnType<typeof startGateway>>;

/** The service inside the test, on topics and a database of the test's own. */
export async function startGateway(
  { databaseUrl, topics }: GatewayWorld,
  {
    ringFrames = 1_000,
    startBack = 0,
    services = [],
    requestsPerMinute = 10_000,
    ...changes
  }: GatewayChanges = {},
) {
  const log = createRecordingLog();
  const service = createTestService(log);
  const { server, feed } = await wireGateway(service, {
    postgres: { url: databaseUrl, max: 4, applicationName: 'gateway-test' },
    kafka: { brokers: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS').split(','), clientId: 'gateway-test' },
    wire: { registryUrl: fromEnvironment('SCHEMA_REGISTRY_URL'), signingKeys },
    vault: vaultConfig,
    http: { host: '127.0.0.1', port: 0 },
    version: 'test',
    retentionDays: defaultRetentionDays,
    masterKey,
    rules: new URL('../../../config/neuros.yaml', import.meta.url).pathname,
    requestsPerMinute,
    openApi: new URL('../../../docs/generated/openapi.json', import.meta.url).pathname,
    kinds: new Map([
      [topics.events, 'event' as const],
      [topics.transitions, 'transition' as const],
      [topics.alertChanges, 'alert' as const],
      [topics.insights, 'insight' as const],
    ]),
    trustProxy: 'loopback',
    redis: { url: fromEnvironment('REDIS_URL') },
    corsOrigins: new Set(['https://app.example.org']),
    feed: { frames: ringFrames, bytes: 16_000_000, ids: 10_000 },
    warmUp: { ms: 600_000, messages: startBack },
    replay: { ageMs: 600_000, messages: 10_000, bytes: 1_000_000, atOnce: 2 },
    queue: { mergeBytes: 64 * 1_024, maxBytes: 256 * 1_024 },
    streams: { maxSubscribers: 50, perKey: 40, perAddress: 45, stallMs: 5_000 },
    patienceMs: 5_000,
    ticketMs: 30_000,
    websocketUrl: undefined,
    oidc: undefined,
    isPublicTls: false,
    pipeline: {
      consumed: [{ topic: topics.events, consumer: 'decisions' }],
      deadLettered: [topics.events, `${topics.events}-missing`],
      decided: topics.events,
      services,
    },
    credentialsEveryMs: 100,
    page: new URL('../../dashboard/dist/', import.meta.url).pathname,
    ...changes,
  });
  return { url: server.url, log, metrics: service.metrics, feed, close: () => service.close() };
}
