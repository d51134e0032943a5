import { createKeyRing, type Scope } from '@bridge/auth';
import { type AlertChange, type Insight, type ModeTransition } from '@bridge/contracts';
import { type Closeable } from '@bridge/core';
import { createPublisher, signatureHeader, type OutgoingMessage } from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import { createTestDatabase, createTestTopics, randomName, silentLog, testTime } from '@bridge/testing';
import { Registry } from 'prom-client';
import { openVault, signer, type GatewayWorld } from './start-gateway.ts';

/** Topics, a database and the ways to fill them; everything is removed by `close`. */
export async function createWorld() {
  const closing: Closeable[] = [];
  const database = await createTestDatabase();
  const topics = await createTestTopics(['events', 'transitions', 'alertChanges', 'insights']);
  const admin = connectPostgres(
    { url: database.adminUrl, max: 2, applicationName: 'gateway-test' },
    { log: silentLog, metrics: new Registry() },
  );
  const publisher = createPublisher(topics.connection);
  closing.push(database, topics, admin, publisher);
  const vault = openVault(admin.query);
  const world: GatewayWorld = { databaseUrl: database.urlFor('gateway'), topics: topics.names };

  /** As one of our services sends it. */
  function signed(topic: string, key: string, body: unknown): OutgoingMessage {
    const value = Buffer.from(JSON.stringify(body));
    return { topic, key, value, headers: { [signatureHeader]: signer.sign({ topic, key, value }) } };
  }

  return {
    ...world,
    admin,
    vault,
    names: topics.names,
    connection: topics.connection,
    keys: createKeyRing({ query: admin.query, vault }),
    publish: (...messages: OutgoingMessage[]) => publisher.publish(messages),
    signed,
    /** Headers of a new API key. */
    async headersOf(scopes: readonly Scope[], users?: readonly string[]) {
      const label = randomName('key');
      const ring = createKeyRing({ query: admin.query, vault });
      const { key, keyId } = await ring.createKey({ label, scopes, users });
      return { keyId, accessor: `key:${label}`, headers: { authorization: `Bearer ${key}` } };
    },
    async close() {
      for (const resource of closing.reverse()) await resource.close();
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

const hex = (length: number) => randomName('').replace(/\W/g, '').repeat(6).slice(0, length);

export function buildTransition(given: Partial<ModeTransition> = {}): ModeTransition {
  return {
    transition_id: hex(32),
    user_id: 'ada',
    seq: 1,
    from: null,
    to: 'reflex',
    at: testTime(),
    confidence: 0.85,
    reason: 'stress_overload',
    rules_fired: ['stress_overload'],
    rules_held: [],
    cause: { event_id: hex(32) },
    rule_set: hex(64),
    policy_version: 1,
    ...given,
  };
}

export function buildChange(given: Partial<AlertChange> = {}): AlertChange {
  return {
    change_id: hex(32),
    alert_id: hex(32),
    user_id: 'ada',
    kind: 'rule.stress_overload',
    from: null,
    to: 'firing',
    severity: 'critical',
    at: testTime(),
    signal_id: hex(32),
    ...given,
  };
}

export function buildInsight(given: Partial<Insight> = {}): Insight {
  return {
    insight_id: hex(32),
    user_id: 'ada',
    seq: 1,
    at: testTime(),
    kind: 'illness_score',
    summary: 'The score of the day is 1.2.',
    data: { score: 1.2 },
    ...given,
  };
}
