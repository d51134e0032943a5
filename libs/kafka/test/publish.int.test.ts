import { randomBytes } from 'node:crypto';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import {
  connectKafka,
  createPublisher,
  PublishRefused,
  type KafkaConnection,
  type PublisherOptions,
} from '../src/index.ts';
import { connect, createTopic, randomName, silentLog } from './broker.ts';
import { follow, texts } from './read-all.ts';
import { serveSilence } from './silent-server.ts';

function message(topic: string, value: string, key = 'user-1') {
  return { topic, key, value: Buffer.from(value), headers: { ce_id: value.slice(0, 20) } };
}

function publisherFor(connection: KafkaConnection, options?: PublisherOptions) {
  const publisher = createPublisher(connection, options);
  onTestFinished(() => publisher.close());
  return publisher;
}

test('what was published is on the topic with key, value and headers', async () => {
  const connection = await connect();
  const topic = await createTopic(connection);
  await publisherFor(connection).publish([message(topic, 'one')]);
  const [read] = await (await follow(connection, topic)).first(1);
  expect(read?.key?.toString()).toBe('user-1');
  expect(read?.value?.toString()).toBe('one');
  expect(read?.headers['ce_id']?.toString()).toBe('one');
});

test('concurrent calls share few sends and keep their order', async () => {
  const connection = await connect();
  const topic = await createTopic(connection);
  const publisher = publisherFor(connection);
  const values = Array.from({ length: 2_000 }, (_, i) => String(i));
  await Promise.all(values.map((value) => publisher.publish([message(topic, value)])));

  expect(texts(await (await follow(connection, topic)).first(2_000))).toEqual(values);
  const sends = /^kafka_publish_seconds_count (\d+)$/m.exec(await connection.metrics.metrics())?.[1];
  expect(Number(sends)).toBeLessThan(20);
});

test('a call larger than one send is split and complete', async () => {
  const connection = await connect();
  const topic = await createTopic(connection);
  const values = Array.from({ length: 300 }, (_, i) => `${i} ${'x'.repeat(10_000)}`);
  await publisherFor(connection).publish(values.map((value) => message(topic, value)));
  expect(texts(await (await follow(connection, topic)).first(300))).toEqual(values);
});

test('names the message that the broker refuses; all others arrive, of this call and of others', async () => {
  const connection = await connect();
  const topic = await createTopic(connection, { maxMessageBytes: 20_000 });
  const publisher = publisherFor(connection);
  const guilty = message(topic, randomBytes(30_000).toString('hex'));
  const [mixed, other] = await Promise.allSettled([
    publisher.publish([message(topic, 'a'), guilty, message(topic, 'b')]),
    publisher.publish([message(topic, 'c')]),
  ]);
  expect(other.status).toBe('fulfilled');
  const error: unknown = mixed.status === 'rejected' ? mixed.reason : undefined;
  expect(error).toBeInstanceOf(PublishRefused);
  expect([...(error as PublishRefused).refused]).toEqual([[1, 'MESSAGE_TOO_LARGE']]);

  const read = await (await follow(connection, topic)).first(3);
  expect(new Set(texts(read))).toEqual(new Set(['a', 'b', 'c']));
});

test('a batch that is too large only as a whole is split, and nothing is refused', async () => {
  const connection = await connect();
  const topic = await createTopic(connection, { maxMessageBytes: 20_000 });
  const values = Array.from({ length: 20 }, (_, i) => `${i} ${'x'.repeat(5_000)}`);
  await publisherFor(connection).publish(values.map((value) => message(topic, value)));
  expect(new Set(texts(await (await follow(connection, topic)).first(20)))).toEqual(new Set(values));
});

test('a message that is too large is compressed: it may have come that way', async () => {
  const connection = await connect();
  const topic = await createTopic(connection, { maxMessageBytes: 20_000 });
  const value = 'x'.repeat(500_000);
  await publisherFor(connection).publish([message(topic, value)]);
  expect(texts(await (await follow(connection, topic)).first(1))).toEqual([value]);
});

test('refuses more than may wait, as transient', async () => {
  const connection = await connect();
  const topic = await createTopic(connection);
  const publisher = publisherFor(connection, { maxQueued: 10 });
  const first = publisher.publish(Array.from({ length: 10 }, () => message(topic, 'a')));
  await expect(publisher.publish([message(topic, 'b')])).rejects.toMatchObject({
    code: 'publish_queue_full',
    retry: 'transient',
  });
  await first;
});

test('close sends what waits and takes nothing more', async () => {
  const connection = await connect();
  const topic = await createTopic(connection);
  const publisher = createPublisher(connection);
  const waiting = publisher.publish([message(topic, 'last')]);
  await publisher.close();
  await waiting;
  expect(texts(await (await follow(connection, topic)).first(1))).toEqual(['last']);
  await expect(publisher.publish([message(topic, 'late')])).rejects.toMatchObject({
    code: 'publisher_closed',
  });
});

test('says within seconds that no broker answers, and what waits behind fails with it', async () => {
  const server = await serveSilence();
  const connection = await connectKafka(
    { brokers: [`127.0.0.1:${server.port}`], clientId: randomName('test') },
    { log: silentLog, metrics: new Registry() },
  );
  onTestFinished(() => connection.close());
  const publisher = publisherFor(connection, { sendTimeoutMs: 500 });
  const started = Date.now();
  const first = publisher.publish([message('any', 'a')]);
  const second = publisher.publish([message('any', 'b')]);
  const results = await Promise.allSettled([first, second]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(first).rejects.toMatchObject({ code: 'publish_unavailable', retry: 'transient' });
  expect(Date.now() - started).toBeLessThan(1_500);
});
