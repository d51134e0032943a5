// Sends with @confluentinc/kafka-javascript and its registry client. ROWS: a JSON list of {format, shape, user, ms}.
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.CLIENTS}/kafka-javascript/package.json`);
const { Kafka, logLevel } = require('@confluentinc/kafka-javascript').KafkaJS;
const registryClient = require('@confluentinc/schemaregistry');
const { SchemaRegistryClient, SerdeType } = registryClient;
const { AvroSerializer, JsonSerializer, ProtobufSerializer } = registryClient;
const { create, createFileRegistry, createMutableRegistry } = require('@bufbuild/protobuf');
const wellKnown = require('@bufbuild/protobuf/wkt');

const registry = new SchemaRegistryClient({ baseURLs: [process.env.SCHEMA_REGISTRY_URL] });
const kafka = new Kafka({
  kafkaJS: { brokers: process.env.KAFKA_BOOTSTRAP_SERVERS.split(','), logLevel: logLevel.ERROR },
});
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
async function sendJson(user, timestamp) {
  await producer.send({ topic, messages: [{ value: JSON.stringify(event(user, timestamp)) }] });
}
// end
// snippet: JSON Schema
const jsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { user_id: { type: 'string' }, timestamp: { type: 'string' } },
};

async function sendJsonSchema(user, timestamp) {
  const schema = { schemaType: 'JSON', schema: JSON.stringify(jsonSchema) };
  // Not useLatestVersion: the newest schema of the subject may be another partner's.
  const useSchemaId = await registry.register(subject, schema);
  const serializer = new JsonSerializer(registry, SerdeType.VALUE, { useSchemaId });
  const value = await serializer.serialize(topic, event(user, timestamp));
  await producer.send({ topic, messages: [{ value }] });
}
// end
// snippet: Avro
const avroSchema = {
  type: 'record',
  name: 'Pulse',
  namespace: 'partner.javascript',
  fields: [
    { name: 'user_id', type: 'string' },
    { name: 'event_type', type: 'string' },
    { name: 'timestamp', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'metrics', type: { type: 'map', values: 'double' } },
  ],
};

async function sendAvro(user, ms) {
  const schema = { schemaType: 'AVRO', schema: JSON.stringify(avroSchema) };
  // Not useLatestVersion: the newest schema of the subject may be another partner's.
  const useSchemaId = await registry.register(subject, schema);
  const serializer = new AvroSerializer(registry, SerdeType.VALUE, { useSchemaId });
  const value = await serializer.serialize(topic, event(user, ms));
  await producer.send({ topic, messages: [{ value }] });
}
// end
/** The schema that protoc-gen-es makes of the file in the guide. */
function pulseSchema() {
  const [string, double, message] = [9, 1, 11];
  const [optional, repeated] = [1, 3];
  const field = (name, number, type, more = {}) => ({ name, number, type, label: optional, ...more });
  const file = create(wellKnown.FileDescriptorProtoSchema, {
    name: 'partner_pulse_javascript.proto',
    package: 'partner.javascript',
    syntax: 'proto3',
    dependency: ['google/protobuf/timestamp.proto'],
    messageType: [
      {
        name: 'Pulse',
        field: [
          field('user_id', 1, string, { jsonName: 'userId' }),
          field('event_type', 2, string, { jsonName: 'eventType' }),
          field('timestamp', 3, message, { typeName: '.google.protobuf.Timestamp' }),
          field('metrics', 4, message, {
            label: repeated,
            typeName: '.partner.javascript.Pulse.MetricsEntry',
          }),
        ],
        nestedType: [
          {
            name: 'MetricsEntry',
            field: [field('key', 1, string), field('value', 2, double)],
            options: { mapEntry: true },
          },
        ],
      },
    ],
  });
  const files = createFileRegistry(file, () => wellKnown.file_google_protobuf_timestamp);
  return files.getMessage('partner.javascript.Pulse');
}

const PulseSchema = pulseSchema();
// snippet: Protobuf
const toProtobuf = new ProtobufSerializer(registry, SerdeType.VALUE, {
  autoRegisterSchemas: true,
  registry: createMutableRegistry(PulseSchema),
});

async function sendProtobuf(user, ms) {
  const pulse = create(PulseSchema, {
    userId: user,
    eventType: 'heart_rate',
    timestamp: wellKnown.timestampFromMs(ms),
    metrics: { hrv: 45, heart_rate: 72 },
  });
  await producer.send({ topic, messages: [{ value: await toProtobuf.serialize(topic, pulse) }] });
}
// end
for (const { format, user, ms } of JSON.parse(process.env.ROWS)) {
  const at = new Date(ms).toISOString();
  if (format === 'Avro') await sendAvro(user, ms);
  else if (format === 'Protobuf') await sendProtobuf(user, ms);
  else if (format === 'JSON Schema') await sendJsonSchema(user, at);
  else await sendJson(user, at);
}
await producer.disconnect();
