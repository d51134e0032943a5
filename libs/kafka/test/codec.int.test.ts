import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { expect, onTestFinished, test } from 'vitest';
import { createCodec, registerSchemas } from '../src/index.ts';
import { fromEnvironment, randomName } from './broker.ts';
import { serveSilence } from './silent-server.ts';

const registryUrl = fromEnvironment('SCHEMA_REGISTRY_URL');
const registry = new SchemaRegistry({ host: registryUrl });

const event = { user_id: 'user-1', version: 0, readings: [{ metric: 'hrv_rmssd', value: 45.5 }] };

test('reads back what it wrote under the registered schema', async () => {
  const topic = randomName('topic');
  const subject = { topic, subject: `${topic}-value`, schema: draft7({ user_id: { type: 'string' } }) };
  const ids = await registerSchemas({ registryUrl, subjects: [subject] });
  const codec = await createCodec({ registryUrl, produces: [subject] });
  const framed = codec.encode(topic, event);
  expect(framed.readUInt32BE(1)).toBe(ids.get(subject.subject));
  expect(await codec.decode(framed)).toEqual({ kind: 'ok', value: event });
  expect(() => codec.encode('another.topic', event)).toThrow('was not created to write');
});

test('writes under the id of its own schema although a newer one is registered', async () => {
  const topic = randomName('topic');
  const mine = { topic, subject: `${topic}-value`, schema: draft7({ a: { type: 'string' } }) };
  const newer = { ...mine, schema: draft7({ a: { type: 'string' }, b: { type: 'string' } }) };
  const first = await registerSchemas({ registryUrl, subjects: [mine] });
  await registerSchemas({ registryUrl, subjects: [newer] });
  const codec = await createCodec({ registryUrl, produces: [mine] });
  expect(codec.encode(topic, {}).readUInt32BE(1)).toBe(first.get(mine.subject));
});

test('does not start when its schema was never registered', async () => {
  const topic = randomName('topic');
  const produces = [{ topic, subject: `${topic}-value`, schema: draft7({}) }];
  await expect(createCodec({ registryUrl, produces })).rejects.toMatchObject({
    code: 'schema_not_registered',
    retry: 'permanent',
  });
});

test('reads Avro; null, which Avro has for absent values, is left out', async () => {
  const name = randomName('Event').replace('-', '_');
  const fields = [
    { name: 'user_id', type: 'string' },
    { name: 'device_id', type: ['null', 'string'], default: null },
    { name: 'version', type: 'long' },
    {
      name: 'readings',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: `${name}_reading`,
          fields: [
            { name: 'metric', type: 'string' },
            { name: 'value', type: 'double' },
          ],
        },
      },
    },
  ];
  const schema = { type: SchemaType.AVRO as const, schema: JSON.stringify({ type: 'record', name, fields }) };
  const { id } = await registry.register(schema, { subject: `${name}-value` });
  const codec = await createCodec({ registryUrl });
  const decoded = await codec.decode(await registry.encode(id, { ...event, device_id: null }));
  expect(decoded).toStrictEqual({ kind: 'ok', value: event });
  expect(await codec.decode(Buffer.concat([frameHead(id), Buffer.from([1, 2])]))).toEqual(malformed);
});

test('reads Protobuf under the names of its file', async () => {
  const schema = `syntax = "proto3";
    message Event { string user_id = 1; string device_id = 2; int64 version = 3; repeated Reading readings = 4; }
    message Reading { string metric = 1; double value = 2; }`;
  const subject = `${randomName('proto')}-value`;
  const { id } = await registry.register({ type: SchemaType.PROTOBUF, schema }, { subject });
  const codec = await createCodec({ registryUrl });
  // user_id "u", one reading {metric "hr", value 0.5}; behind the frame the index list of a first message.
  const reading = Buffer.concat([
    Buffer.from([0x0a, 2]),
    Buffer.from('hr'),
    Buffer.from([0x11, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f]),
  ]);
  const payload = Buffer.concat([
    Buffer.from([0, 0x0a, 1]),
    Buffer.from('u'),
    Buffer.from([0x22, reading.length]),
    reading,
  ]);
  expect(await codec.decode(Buffer.concat([frameHead(id), payload]))).toStrictEqual({
    kind: 'ok',
    value: { user_id: 'u', version: 0, readings: [{ metric: 'hr', value: 0.5 }] },
  });
  expect(await codec.decode(Buffer.concat([frameHead(id), Buffer.from([0, 0x0a, 9, 1])]))).toEqual(malformed);
});

test('dead-letters an id that the registry does not have, and asks for it once', async () => {
  const codec = await createCodec({ registryUrl });
  const value = Buffer.concat([frameHead(2_000_000_000), Buffer.from('{}')]);
  expect(await codec.decode(value)).toEqual({ kind: 'deadLetter', reason: 'unknown_schema' });
  expect(codec.decodeSync(value)).toEqual({ kind: 'deadLetter', reason: 'unknown_schema' });
});

test.each([
  ['no value', null, { kind: 'drop', reason: 'tombstone' }],
  ['an empty value', Buffer.alloc(0), { kind: 'drop', reason: 'tombstone' }],
  ['plain JSON', Buffer.from(' {"a":[1]}\n'), { kind: 'ok', value: { a: [1] } }],
  ['text', Buffer.from('hello'), { kind: 'deadLetter', reason: 'malformed' }],
  ['half an object', Buffer.from('{"a":'), { kind: 'deadLetter', reason: 'malformed' }],
  ['NaN', Buffer.from('{"hrv":NaN}'), { kind: 'deadLetter', reason: 'malformed' }],
  ['invalid UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), { kind: 'deadLetter', reason: 'malformed' }],
  ['a frame cut short', Buffer.from([0, 0, 0, 1]), { kind: 'deadLetter', reason: 'malformed' }],
  ['deep nesting', Buffer.from('['.repeat(400_000)), { kind: 'deadLetter', reason: 'malformed' }],
])('decodes %s', async (_what, value, expected) => {
  const codec = await createCodec({ registryUrl });
  expect(await codec.decode(value)).toEqual(expected);
});

test('a registry that hangs is a transient fault within two seconds, and nothing is given up', async () => {
  const server = await serveSilence();
  const codec = await createCodec({ registryUrl: `http://127.0.0.1:${server.port}` });
  const started = Date.now();
  const value = Buffer.concat([frameHead(1), Buffer.from('{}')]);
  await expect(codec.decode(value)).rejects.toMatchObject(unavailable);
  expect(Date.now() - started).toBeLessThan(2_000);
  await expect(codec.decode(value)).rejects.toMatchObject(unavailable);
});

test('a registry that is down is a transient fault', async () => {
  const codec = await createCodec({ registryUrl: 'http://127.0.0.1:1' });
  await expect(codec.prepare([Buffer.from([0, 0, 0, 0, 1])])).rejects.toMatchObject(unavailable);
  expect(await codec.decode(Buffer.from('{}'))).toEqual({ kind: 'ok', value: {} });
});

test('the 404 page of something else than a registry is a transient fault', async () => {
  const server = createServer((_request, response) => response.writeHead(404).end('<h1>Not found</h1>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const codec = await createCodec({
    registryUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  await expect(codec.decode(Buffer.from([0, 0, 0, 0, 1]))).rejects.toMatchObject(unavailable);
});

const malformed = { kind: 'deadLetter', reason: 'malformed' };
const unavailable = { code: 'registry_unavailable', retry: 'transient' };

function draft7(properties: Record<string, unknown>): Record<string, unknown> {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties,
    additionalProperties: false,
  };
}

function frameHead(id: number): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return head;
}
