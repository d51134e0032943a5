import { readFileSync } from 'node:fs';
import { topics } from '@bridge/contracts';
import { connectKafka, createPublisher, startBatchConsumer, startRelay } from '@bridge/kafka';
import { connectPostgres, createEventKeys, createOutbox, createPositions } from '@bridge/postgres';
import { silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { createFloorHandler } from './floor-batch.ts';
import { floorConsumer, type FloorPlan } from './plan.ts';
import { createPreparedBytes } from './prepared-bytes.ts';

// Measures the speed of a worker that only moves bytes from the topic into the tables: `node main.ts <plan.json>`, with the
// environment of the worker. Ends on SIGTERM.
const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as FloorPlan;
const schema = 'cognition';
const surroundings = { log: silentLog, metrics: new Registry() };
const fail = (reason: string, error: unknown) => {
  console.error(reason, error);
  process.exit(1);
};

const kafka = await connectKafka(
  { brokers: (process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '').split(','), clientId: 'bench-floor' },
  surroundings,
);
const postgres = connectPostgres(
  { url: process.env['POSTGRES_URL'] ?? '', max: 8, applicationName: 'bench-floor' },
  surroundings,
);
const publisher = createPublisher(kafka);
const positions = createPositions(postgres.query, schema, floorConsumer);
const outbox = createOutbox(schema, floorConsumer);
const relay = startRelay({
  store: {
    pending: () => Promise.resolve([]),
    remove: (ids) => outbox.remove(postgres.query, ids),
    park: (id, reason) => outbox.park(postgres.query, id, reason),
  },
  publish: (messages) => publisher.publish(messages),
  log: silentLog,
});

const states = await postgres.query<{ subjectId: string; version: number; seq: number }>(
  'select thread_id "subjectId", version, seq from neuros_checkpoints',
);
const consumer = startBatchConsumer({
  connection: {
    ...kafka,
    log: { ...silentLog, error: fail, warn: (message, fields) => console.warn(message, fields) },
  },
  groupId: floorConsumer,
  topics: [topics.events.name],
  positions,
  handler: createFloorHandler({
    postgres,
    positions,
    outbox,
    relay,
    plan,
    eventKeys: createEventKeys(schema),
    bytes: createPreparedBytes(),
    versions: new Map(states.map(({ subjectId, version, seq }) => [subjectId, { version, seq }])),
  }),
  onCrash: fail,
});

process.once('SIGTERM', () => {
  void (async () => {
    for (const part of [consumer, relay, publisher, kafka, postgres]) await part.close();
    process.exit(0);
  })();
});
