import { randomBytes } from 'node:crypto';
import { registrySubjects, topics, type RegistrySubject } from '@bridge/contracts';
import { createCodec, createMessageSigner, registerSchemas } from '@bridge/kafka';
import { createTestService, fromEnvironment } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, type Query } from '@bridge/vault';
import type { AlertsConfig } from '../src/config.ts';
import { wireAlerts } from '../src/wire.ts';

/** Keys and names that all processes of one test share. */
export type AlertsWorld = {
  readonly databaseUrl: string;
  readonly signals: string;
  readonly changes: string;
  readonly events: string;
  readonly group: string;
};

export const masterKey = randomBytes(32).toString('hex');
const signingKeys = [{ id: 'test', key: randomBytes(32) }];
export const signer = createMessageSigner(signingKeys);
const vaultConfig = {
  kek: parseKeyList(randomBytes(32).toString('base64')),
  indexKey: parseKey(randomBytes(32).toString('base64')),
  cacheSize: 1_000,
};

/** Where every stored row can be read. */
export function noneUnreadable(table: string, row: string): never {
  throw new Error(`a row of ${table} cannot be read: ${row}`);
}

export function openVault(query: Query) {
  return createVault({ query, ...vaultConfig });
}

/** The schemas of the topics, under the test's own subjects. */
function subjectsOf(world: AlertsWorld): RegistrySubject[] {
  const named = new Map([
    [topics.alerts.name, world.signals],
    [topics.alertChanges.name, world.changes],
    [topics.events.name, world.events],
  ]);
  return registrySubjects().flatMap((subject) => {
    const topic = named.get(subject.topic);
    return topic === undefined ? [] : [{ ...subject, topic, subject: `${topic}-value` }];
  });
}

/** Reads and writes the topics. Registers their schemas. */
export async function testCodec(world: AlertsWorld) {
  const registryUrl = fromEnvironment('SCHEMA_REGISTRY_URL');
  const produces = subjectsOf(world);
  await registerSchemas({ registryUrl, subjects: produces });
  return createCodec({ registryUrl, produces });
}

/** The service inside the test, on topics of the test's own. */
export async function startAlerts(world: AlertsWorld, given: Partial<AlertsConfig> = {}) {
  const service = createTestService();
  await testCodec(world);
  const { url } = await wireAlerts(service, {
    postgres: { url: world.databaseUrl, max: 16, applicationName: 'alerts-test' },
    kafka: { brokers: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS').split(','), clientId: 'alerts-test' },
    wire: { registryUrl: fromEnvironment('SCHEMA_REGISTRY_URL'), signingKeys },
    vault: vaultConfig,
    http: { host: '127.0.0.1', port: 0 },
    version: 'test',
    app: {},
    masterKey,
    topics: { signals: world.signals, changes: world.changes, events: world.events },
    group: world.group,
    publicUrl: 'http://localhost:8888',
    defaultNtfyUrl: undefined,
    allowedPrivateHosts: new Set(['127.0.0.1']),
    sinkFolder: undefined,
    watch: { silentAfterMs: 60_000, stalledAfterMs: 21_600_000 },
    produces: subjectsOf(world),
    ...given,
  });
  return { url, close: () => service.close() };
}
