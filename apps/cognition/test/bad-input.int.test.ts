import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { deadLetterTopic, topics, utc } from '@bridge/contracts';
import {
  connectKafka,
  createPublisher,
  ensureTopics,
  headerText,
  tailTopics,
  type IncomingMessage,
} from '@bridge/kafka';
import { createTestDatabase, fromEnvironment, randomName, silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openConsumer } from './open-consumer.ts';
import {
  avroPayload,
  framed,
  partnerAvro,
  partnerProtobuf,
  protobufPayload,
  registerSchema,
} from './registered-schemas.ts';
import { createStallingProxy } from './stalling-proxy.ts';

// Bad messages, each with a good one behind it, on a topic of its own that allows far larger messages than ours: real broker,
// registry and database, and a worker wired as in `main.ts`.
const mib = 1024 * 1024;
const topic = {
  ...topics.events,
  name: `${randomName('test')}.${topics.events.name}`,
  partitions: 1,
  maxBatchBytes: 3 * mib,
};
const deadLetters = deadLetterTopic(topic);

const stops = new AsyncDisposableStack();
const letters: IncomingMessage[] = [];
const schemas = { avro: 0, protobuf: 0, later: 0 };
let worker: Awaited<ReturnType<typeof openConsumer>>;
let registry: Awaited<ReturnType<typeof createStallingProxy>>;
let send: (messages: readonly Sent[]) => Promise<void>;

beforeAll(async () => {
  const registryUrl = fromEnvironment('SCHEMA_REGISTRY_URL');
  schemas.avro = await registerSchema(registryUrl, partnerAvro);
  schemas.protobuf = await registerSchema(registryUrl, partnerProtobuf);
  const renamed = partnerAvro.schema.replace('PartnerReading', randomName('Later').replace('-', '_'));
  schemas.later = await registerSchema(registryUrl, { schemaType: 'AVRO', schema: renamed });
  registry = await createStallingProxy(new URL(registryUrl));
  stops.defer(registry.close);
  const database = await createTestDatabase();
  stops.defer(() => database.close());
  const kafka = await connectKafka(
    { brokers: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS').split(','), clientId: 'bad-input' },
    { log: silentLog, metrics: new Registry() },
  );
  stops.defer(() => kafka.close());
  const admin = await kafka.admin();
  await ensureTopics(admin, [topic, deadLetters]);
  stops.defer(() => admin.deleteTopics({ topics: [topic.name, deadLetters.name] }));
  const tail = await tailTopics({
    ...{ kafka, topics: [deadLetters.name], from: { backMessages: 0 }, log: silentLog },
    onMessage: (message) => void letters.push(message),
    onCrash: (error) => {
      throw error;
    },
  });
  stops.defer(() => tail.close());
  worker = await openConsumer({
    ...{ kafka, databaseUrl: database.urlFor('cognition'), registryUrl: registry.url },
    ...{ topic: topic.name, deadLetters: deadLetters.name },
  });
  stops.defer(worker.close);
  const publisher = createPublisher(kafka);
  stops.defer(() => publisher.close());
  send = (messages) =>
    publisher.publish(messages.map((message) => ({ topic: topic.name, key: null, headers: {}, ...message })));
});
afterAll(() => stops.disposeAsync());

type Sent = {
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
};

const now = () => utc(Date.now());
const json = (body: unknown): Sent => ({ value: Buffer.from(JSON.stringify(body)) });
const pulse = (change: object = {}) => ({
  ...{ user_id: randomName('user'), device_id: 'd', event_type: 'heart_rate', timestamp: now() },
  ...{ metrics: { heart_rate: 72 }, ...change },
});
const partner = (change: object) => () => json(pulse(change));
const text = (value: string) => (): Sent => ({ value: Buffer.from(value) });
const reading = (heartRate = 72) => ({ userId: randomName('user'), timestamp: now(), heartRate });
const manyReadings = (count = 500_000) =>
  Array.from({ length: count }, () => ({ metric: 'heart_rate', value: 60 }));
/** Ours: framed and signed. */
const own = (change: object) => (): Sent => {
  const hash = randomBytes(32).toString('hex');
  const event = {
    ...{ event_id: hash.slice(0, 32), user_id: randomName('user'), source: 'oura', event_type: 'heart_rate' },
    ...{ timestamp: now(), received_at: now(), version: 0, operation: 'upsert' },
    readings: [{ metric: 'heart_rate', value: 60, unit: '/min' }],
    provenance: {
      ...{ object_kind: 'content', reported: 'sensed', content_hash: hash, raw_sha256: hash, flags: [] },
    },
    ...change,
  };
  const value = worker.wire.codec.encode(topics.events.name, event);
  const signature = worker.wire.signer.sign({ topic: topic.name, key: null, value });
  return { value, headers: { 'bridge-signature': signature } };
};

async function decides(user: string): Promise<void> {
  const isDecided = async () => {
    const { subjectId } = (await worker.vault.find([user])).get(user) ?? {};
    const [row] = await worker.query<{ seq: number }>(
      'select seq from neuros_checkpoints where thread_id = $1',
      [subjectId ?? null],
    );
    return row?.seq === 1;
  };
  await vi.waitUntil(isDecided, { timeout: 15_000, interval: 20 });
}

type Case = [what: string, make: () => Sent, kind: 'deadLetter' | 'drop', reason: string];

const unreadable: Case[] = [
  ['text', text('hello'), 'deadLetter', 'malformed'],
  ['half an object', text('{"user_id":"ada","metrics":{"heart_'), 'deadLetter', 'malformed'],
  [
    'NaN in JSON',
    text(JSON.stringify(pulse()).replace('"heart_rate":72', '"heart_rate":NaN')),
    'deadLetter',
    'malformed',
  ],
  ['brackets, 100,000 deep', text('['.repeat(100_000)), 'deadLetter', 'malformed'],
  ['bytes that are no text', () => ({ value: Buffer.of(0x7b, 0xff, 0xfe) }), 'deadLetter', 'malformed'],
  ['a schema id that nobody registered', framedJson(2_000_000_000), 'deadLetter', 'unknown_schema'],
  ['an Avro record cut short', avro(avroPayload(reading()).subarray(0, 9)), 'deadLetter', 'malformed'],
  ['Protobuf with the index of no message', protobuf(7), 'deadLetter', 'malformed'],
  ['Protobuf with the index of a part of the message', protobuf(1), 'deadLetter', 'malformed'],
  ['no value', () => ({ value: null }), 'drop', 'tombstone'],
  ['an empty value', () => ({ value: Buffer.alloc(0) }), 'drop', 'tombstone'],
];

const refused: Case[] = [
  ['unknown metrics only', partner({ metrics: { aura: 7 } }), 'deadLetter', 'no_readings'],
  ['no metrics', partner({ metrics: {} }), 'deadLetter', 'no_readings'],
  ['a text that is no number', partner({ metrics: { heart_rate: '72 bpm' } }), 'deadLetter', 'invalid_event'],
  ['an impossible value', partner({ metrics: { heart_rate: 7_200 } }), 'deadLetter', 'implausible_value'],
  ['NaN in Avro', () => avro(avroPayload(reading(Number.NaN)))(), 'deadLetter', 'invalid_event'],
  ['infinity in Avro', () => avro(avroPayload(reading(Infinity)))(), 'deadLetter', 'invalid_event'],
  ['no timestamp and no id', partner({ timestamp: undefined }), 'deadLetter', 'no_identity'],
  ['a timestamp that is none', partner({ timestamp: 'yesterday' }), 'deadLetter', 'invalid_event'],
  ['a number that is no epoch', partner({ timestamp: 20_261_120 }), 'deadLetter', 'invalid_event'],
  ['tomorrow', partner({ timestamp: utc(Date.now() + 86_400_000) }), 'deadLetter', 'future_timestamp'],
  ['1970', partner({ timestamp: '1970-01-01T00:00:00Z' }), 'drop', 'out_of_range'],
  ['the name of one of our sources', partner({ source: 'whoop' }), 'deadLetter', 'reserved_source'],
  ['1,001 readings', partner({ readings: manyReadings(1_001) }), 'deadLetter', 'too_many_readings'],
  ['of ours: no timestamp', own({ timestamp: undefined }), 'deadLetter', 'invalid_event'],
  ['of ours: tomorrow', own({ timestamp: utc(Date.now() + 86_400_000) }), 'deadLetter', 'future_timestamp'],
  ['of ours: 1970', own({ timestamp: '1970-01-01T00:00:00Z' }), 'drop', 'out_of_range'],
];

const tooLarge: Case[] = [
  ['2 MB', partner({ note: randomBytes(mib).toString('hex') }), 'deadLetter', 'too_large'],
  // 17 MB: it only gets past the topic's limit because the publisher compresses it.
  ['half a million readings', partner({ readings: manyReadings() }), 'deadLetter', 'too_large'],
];

function framedJson(schemaId: number): () => Sent {
  return () => ({ value: framed(schemaId, Buffer.from(JSON.stringify(pulse()))) });
}

function avro(payload: Buffer): () => Sent {
  return () => ({ value: framed(schemas.avro, payload) });
}

/** The same bytes each time: read as another message, some ids would happen to be one. */
function protobuf(index: number): () => Sent {
  const payload = protobufPayload(index, { ...reading(), userId: 'user-333333333333' });
  return () => ({ value: framed(schemas.protobuf, payload) });
}

describe.each([
  ['what cannot be read', unreadable],
  ['what can be read and is refused', refused],
  ['what is too large', tooLarge],
])('%s', (_title, cases) => {
  const named = cases.map(([what, make, kind, reason]) => ({ what, make, kind, reason }));
  it.each(named)('$what: $kind $reason', async ({ make, kind, reason }) => {
    const outcome = kind === 'drop' ? 'dropped' : 'dead_lettered';
    const count = async () => ({
      refusals: await worker.counted('biometric_events_refused_total', { kind, reason }),
      settled: await worker.counted('biometric_events_processed_total', { outcome }),
    });
    const before = await count();
    const known = letters.length;
    const [bad, good] = [make(), pulse()];
    await send([bad, json(good)]);
    await decides(good.user_id);

    // Counted a moment after the commit.
    await expect
      .poll(count, { timeout: 10_000 })
      .toEqual({ refusals: before.refusals + 1, settled: before.settled + 1 });
    if (kind === 'drop') return;
    await vi.waitUntil(() => letters.length > known, { timeout: 10_000, interval: 20 });
    const [letter, ...others] = letters.slice(known);
    expect(others).toEqual([]);
    expect(headerText(letter?.headers ?? {}, 'dlq-reason')).toBe(reason);
    expect(letter?.value?.equals(bad.value ?? Buffer.of())).toBe(true);
  });
});

it('what the dictionary does not know is left out, the rest is decided', async () => {
  const mixed = pulse({ metrics: { heart_rate: 60, aura: 7 } });
  await send([json(mixed)]);
  await decides(mixed.user_id);
});

it("of a partner's list every event is decided but the one that is refused, which alone is a dead letter", async () => {
  const known = letters.length;
  const [first, bad, last] = [pulse(), pulse({ metrics: { heart_rate: 'x' } }), pulse()];
  await send([json([first, bad, last])]);
  await decides(first.user_id);
  await decides(last.user_id);
  await vi.waitUntil(() => letters.length > known, { timeout: 10_000, interval: 20 });
  const headers = letters[known]?.headers ?? {};
  expect(JSON.parse(String(letters[known]?.value))).toEqual(bad);
  expect(headerText(headers, 'dlq-field')).toBe('metrics.heart_rate');
  expect(headerText(headers, 'dlq-element')).toBe('1');
});

it('framed messages of partners are decided', async () => {
  const [one, other] = [reading(), reading()];
  await send([
    { value: framed(schemas.avro, avroPayload(one)) },
    { value: framed(schemas.protobuf, protobufPayload(0, other)) },
  ]);
  await decides(one.userId);
  await decides(other.userId);
});

it('while the registry hangs everything waits, and then all of it is decided', async () => {
  const position = () =>
    worker.query('select next_offset from cognition.positions where topic = $1', [topic.name]);
  const [before, known] = [await position(), letters.length];
  const [strange, good] = [reading(), pulse()];
  registry.stall();
  await send([{ value: framed(schemas.later, avroPayload(strange)) }, json(good)]);
  await vi.waitUntil(async () => (await worker.consumer.component.check()) === 'unhealthy', {
    timeout: 5_000,
  });
  await sleep(3_000);
  expect(await position()).toEqual(before);
  expect(letters).toHaveLength(known);
  registry.mend();
  await decides(strange.userId);
  await decides(good.user_id);
  expect(await worker.consumer.component.check()).toBe('healthy');
});

it('none of it stays behind: no row waits or is parked', async () => {
  const rows = () => worker.query('select id from cognition.outbox');
  await vi.waitUntil(async () => (await rows()).length === 0, { timeout: 5_000 });
});
