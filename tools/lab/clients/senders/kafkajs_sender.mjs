// Sends with kafkajs and its registry client. ROWS: a JSON list of {format, shape, user, ms}.
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.CLIENTS}/npm/package.json`);
const { Kafka } = require('kafkajs');
const { SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry');

const registry = new SchemaRegistry({ host: process.env.SCHEMA_REGISTRY_URL });
const kafka = new Kafka({ brokers: process.env.KAFKA_BOOTSTRAP_SERVERS.split(','), logLevel: 1 });
const producer = kafka.producer();
await producer.connect();
const topic = 'biometric.events';
const subject = `${topic}-value`;

const event = (user, timestamp) => ({
  user_id: user,
  event_type: 'heart_rate',
  timestamp,
  metrics: { hrv: 45, heart_rate: 72 },
});

// snippet: JSON
async function sendJson(events) {
  await producer.send({ topic, messages: [{ value: JSON.stringify(events) }] });
}
// end
// snippet: Avro
async function sendAvro(user, ms) {
  const schema = {
    type: 'record',
    name: 'Pulse',
    namespace: 'partner.kafkajs',
    fields: [
      { name: 'user_id', type: 'string' },
      { name: 'event_type', type: 'string' },
      { name: 'timestamp', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'metrics', type: { type: 'map', values: ['null', 'int', 'double'] } },
    ],
  };
  const { id } = await registry.register(
    { type: SchemaType.AVRO, schema: JSON.stringify(schema) },
    { subject, compatibility: 'NONE' },
  );
  const metrics = { hrv: { double: 45 }, heart_rate: { int: 72 } };
  const value = await registry.encode(id, { ...event(user, ms), metrics });
  await producer.send({ topic, messages: [{ value }] });
}
// end
for (const { format, shape, user, ms } of JSON.parse(process.env.ROWS)) {
  const at = new Date(ms).toISOString();
  if (format === 'Avro') await sendAvro(user, ms);
  else if (shape === 'a list') await sendJson([event(user, at), event(user, ms - 1_000)]);
  else
    await sendJson({
      specversion: '1.0',
      id: user,
      source: '/partner',
      type: 'pulse',
      data: event(user, at),
    });
}
await producer.disconnect();
