import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { patchEncoder } from './encoder.ts';

const internals = createRequire(createRequire(import.meta.url).resolve('kafkajs'));
const encodeRecord = internals('./src/protocol/recordBatch/record/v0/index.js') as (record: object) => {
  readonly buffer: Buffer;
};
const Encoder = internals('./src/protocol/encoder.js') as new () => { readonly buf: Buffer };

it('writes the same bytes, whatever their number', () => {
  const records = [0, 1, 62, 63, 64, 65, 500, 511, 512, 513, 5_000, 100_000].map((bytes) => ({
    offsetDelta: 7,
    timestampDelta: 12,
    key: 'person',
    value: Buffer.alloc(bytes, 'v'),
    headers: { ce_id: 'one', traceparent: 'x'.repeat(55), long: 'ß'.repeat(bytes) },
  }));
  const encode = () => records.map((record) => encodeRecord(record).buffer.toString('hex'));
  const before = encode();
  expect(new Encoder().buf).toHaveLength(512);
  patchEncoder();
  patchEncoder();
  expect(new Encoder().buf).toHaveLength(64);
  expect(encode()).toEqual(before);
});
