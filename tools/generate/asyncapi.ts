import { partnerMessageSchema, topics, valueSchemas, type TopicKey } from '@bridge/contracts';
import { version } from '@bridge/service-runtime';
import { z } from 'zod';

type Json = Record<string, unknown>;

const keys = Object.keys(topics) as TopicKey[];
const ref = (path: string) => ({ $ref: `#/${path}` });
const text = (description: string) => ({ type: 'string', description });

/** Headers of our own messages. A message without a valid signature is a partner's. */
const headers = {
  type: 'object',
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: text('Repeated by a retry: drop an id that was seen'),
    ce_source: text('The producing service'),
    ce_type: text('What the value is'),
    ce_time: text('RFC 3339'),
    ce_subject: text('The person, hashed'),
    'content-type': { const: 'application/json' },
    traceparent: text('W3C trace context'),
    'bridge-signature': text('<key id>:<base64url HMAC-SHA256 over topic, key and value>'),
  },
};

/** Topics, who produces and who consumes them, and what their values are. */
export function asyncApiDocument() {
  const schemas: Json = {};
  for (const key of keys) collect(schemas, topics[key].value, valueSchemas[key], 'output');
  collect(schemas, 'PartnerMessage', partnerMessageSchema, 'input');
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Biometric bridge',
      version,
      description:
        'Our own messages are framed JSON Schema (Confluent format) with CloudEvents headers. ' +
        'Partners may also send plain JSON.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: { kafka: { host: 'localhost:9092', protocol: 'kafka' } },
    channels: Object.fromEntries(keys.map((key) => [key, channel(key)])),
    operations: Object.fromEntries(keys.flatMap(operations)),
    components: { messages: messages(), schemas },
  };
}

function channel(key: TopicKey) {
  const { name, value, partitions, retentionMs, maxBatchBytes } = topics[key];
  const named = key === 'events' ? [value, 'PartnerMessage'] : [value];
  return {
    address: name,
    messages: Object.fromEntries(named.map((message) => [message, ref(`components/messages/${message}`)])),
    bindings: {
      kafka: {
        topic: name,
        partitions,
        topicConfiguration: { 'retention.ms': retentionMs, 'max.message.bytes': maxBatchBytes },
        bindingVersion: '0.5.0',
      },
    },
  };
}

function operations(key: TopicKey): [string, Json][] {
  const { name, value, producedBy, consumedBy } = topics[key];
  const operation = (service: string, action: 'send' | 'receive'): [string, Json] => [
    `${service}.${action}.${name}`,
    {
      action,
      channel: ref(`channels/${key}`),
      tags: [{ name: service }],
      messages: [
        ref(
          `channels/${key}/messages/${service === 'partners' && key === 'events' ? 'PartnerMessage' : value}`,
        ),
      ],
    },
  ];
  return [
    ...producedBy.map((service) => operation(service, 'send')),
    ...consumedBy.map((service) => operation(service, 'receive')),
  ];
}

function messages(): Json {
  const bindings = {
    kafka: { key: text('user_id; a partner may send another or none'), bindingVersion: '0.5.0' },
  };
  const own = keys.map((key) => {
    const { value } = topics[key];
    return [value, { name: value, headers, payload: ref(`components/schemas/${value}`), bindings }];
  });
  const partner = { name: 'PartnerMessage', payload: ref('components/schemas/PartnerMessage'), bindings };
  return { ...(Object.fromEntries(own) as Json), PartnerMessage: partner };
}

/** Adds a schema and what it refers to, under their ids. */
function collect(schemas: Json, id: string, schema: z.ZodType, io: 'input' | 'output'): void {
  const { definitions = {} } = z.toJSONSchema(schema, { target: 'draft-7', io });
  if (!Object.keys(definitions as object).includes(id))
    throw new Error(`The schema of ${id} has another id.`);
  const moved = JSON.stringify(definitions).replaceAll('#/definitions/', '#/components/schemas/');
  Object.assign(schemas, JSON.parse(moved));
}
