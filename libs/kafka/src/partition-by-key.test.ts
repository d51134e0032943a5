import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { partitionByKey } from './partition-by-key.ts';

const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({
  partitionId,
  leader: 1,
  isr: [1],
  replicas: [1],
  partitionErrorCode: 0,
}));
const asKafkajs = kafkajs.Partitioners.DefaultPartitioner();
const asWe = partitionByKey();
const place = (key: string | Buffer | null, partition?: number) => ({
  topic: 'biometric.events',
  partitionMetadata,
  message: { key, value: null, ...(partition !== undefined && { partition }) },
});

it('puts a key where kafkajs puts it', () => {
  const keys = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(fc.property(keys, (key) => asWe(place(key)) === asKafkajs(place(key))));
});

it('spreads what has no key, and leaves alone what has its place', () => {
  expect(asWe(place('anybody', 7))).toBe(7);
  const first = asWe(place(null));
  expect(asWe(place(null))).toBe((first + 1) % partitionMetadata.length);
});
