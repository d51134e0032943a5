import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { connect, createTopic } from './broker.ts';
import { follow, texts } from './read-all.ts';

const { CompressionTypes, Partitioners } = kafkajs;

test.each([
  ['gzip', CompressionTypes.GZIP],
  ['snappy', CompressionTypes.Snappy],
  ['lz4', CompressionTypes.LZ4],
  ['zstd', CompressionTypes.ZSTD],
])('%s goes through the broker and back', async (_name, compression) => {
  const connection = await connect();
  const topic = await createTopic(connection);
  const producer = connection.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  // More than snappy's 32 KiB block and lz4's 64 KiB block, and not all of it the same.
  const sent = Array.from({ length: 3_000 }, (_, i) => `{"n":${i},"text":"${'heart rate '.repeat(5)}"}`);
  await producer.send({ topic, compression, messages: sent.map((value) => ({ value })) });
  await producer.disconnect();

  const topicReader = await follow(connection, topic);
  expect(texts(await topicReader.first(sent.length))).toEqual(sent);
});
