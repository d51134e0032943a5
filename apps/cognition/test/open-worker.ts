import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { defaultRetentionDays, topics, type BiometricEvent } from '@bridge/contracts';
import { createWire } from '@bridge/delivery';
import { signatureHeader, type Attempt, type IncomingMessage, type Move, type RelayRow } from '@bridge/kafka';
import { connectPostgres, createOutbox } from '@bridge/postgres';
import { createTestDatabase, fromEnvironment, silentLog, testMorning } from '@bridge/testing';
import { createOutboxSeal, createVault, parseKey, parseKeyList } from '@bridge/vault';
import { Registry } from 'prom-client';
import { loadRuleFile, keepRuleSet } from '@bridge/decision-store';
import { createDecisionMetrics } from '../src/adapters/decision-metrics.ts';
import { wireDecider } from '../src/wire.ts';
import { sealing } from './sealing.ts';

export const eventsTopic = topics.events.name;
const rulesPath = new URL('../../../config/neuros.yaml', import.meta.url).pathname;
export const rulesSource = readFileSync(rulesPath, 'utf8');
const secrets = {
  kek: `test:${randomBytes(32).toString('base64')}`,
  index: randomBytes(32).toString('base64'),
};
const signingKeys = [{ id: 'test', key: randomBytes(32) }];

/** One cognition worker without its consumer: batches are handed to it. Workers of one database share keys. */
export async function openWorker(databaseUrl: string) {
  const metrics = new Registry();
  const postgres = connectPostgres(
    { url: databaseUrl, max: 4, applicationName: 'cognition-test' },
    { log: silentLog, metrics },
  );
  const vault = createVault({
    query: postgres.query,
    kek: parseKeyList(secrets.kek),
    indexKey: parseKey(secrets.index),
    cacheSize: 1_000,
  });
  const registryUrl = fromEnvironment('SCHEMA_REGISTRY_URL');
  const { codec, signer, makeMessage } = await createWire(
    { registryUrl, signingKeys },
    { source: 'cognition' },
  );
  const outbox = createOutbox('cognition', randomBytes(4).toString('hex'));
  const outboxSeal = createOutboxSeal(vault, 'cognition.outbox');
  const offered: RelayRow[] = [];
  const deferred: string[] = [];
  const active = { rules: await keepRuleSet(postgres.query, await loadRuleFile(rulesPath)) };
  const { handler, positions, decideDue } = wireDecider({
    postgres,
    vault,
    sealing,
    outbox,
    outboxSeal,
    codec,
    signer,
    makeMessage,
    stateCache: { maxPersons: 1_000, maxBytes: 1_048_576 },
    retentionDays: defaultRetentionDays,
    now: Date.now,
    log: silentLog,
    metrics: createDecisionMetrics(metrics),
    activeRules: () => active.rules,
    relay: {
      offer: (rows, blocked = new Set()) => {
        deferred.push(...blocked);
        offered.push(...rows.filter(({ subjectId }) => subjectId === null || !blocked.has(subjectId)));
      },
    },
  });
  /** Prepares and commits, as the consumer would. */
  async function decide(messages: readonly IncomingMessage[], how: Partial<Attempt> = {}): Promise<void> {
    const prepared = await handler.prepare({ messages, locked: false, poisoned: false, number: 1, ...how });
    try {
      await handler.commit(prepared, movesOf(messages));
      handler.settled(prepared);
    } catch (error) {
      await handler.abandon(prepared);
      handler.forget();
      throw error;
    }
  }

  /** As ingest would publish it. */
  function ownMessage(at: Place, event: BiometricEvent): IncomingMessage {
    const value = codec.encode(eventsTopic, event);
    const key = Buffer.from(event.user_id);
    const signature = signer.sign({ topic: eventsTopic, key, value });
    return { ...placed(at), key, value, headers: { [signatureHeader]: Buffer.from(signature) } };
  }

  return {
    handler,
    decide,
    ownMessage,
    positions,
    postgres,
    vault,
    decideDue,
    offered,
    deferred,
    metrics,
    active,
  };
}

export type Worker = Awaited<ReturnType<typeof openWorker>>;

/** A worker on a database of its own, and a connection of the database's owner, who sees and changes everything. */
export async function openOwnedWorker() {
  const database = await createTestDatabase();
  const worker = await openWorker(database.urlFor('cognition'));
  const owner = connectPostgres(
    { url: database.adminUrl, max: 1, applicationName: 'owner' },
    { log: silentLog, metrics: new Registry() },
  );
  return {
    database,
    worker,
    owner,
    close: async (): Promise<void> => {
      await worker.postgres.close();
      await owner.close();
      await database.close();
    },
  };
}

export type Place = { readonly partition: number; readonly offset: number };

const brokerTime = testMorning + 30_000;
export const placed = ({ partition, offset }: Place) => ({
  topic: eventsTopic,
  partition,
  offset,
  brokerTime,
});

export function movesOf(messages: readonly IncomingMessage[]): Move[] {
  const byPartition = Map.groupBy(messages, ({ partition }) => partition);
  return [...byPartition].map(([partition, own]) => ({
    topic: eventsTopic,
    partition,
    from: Math.min(...own.map(({ offset }) => offset)),
    to: Math.max(...own.map(({ offset }) => offset)) + 1,
    lastOffset: Math.max(...own.map(({ offset }) => offset)),
    lastTime: brokerTime,
    lastHash: Buffer.alloc(16),
  }));
}
