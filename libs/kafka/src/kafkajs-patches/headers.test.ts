import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { fromKafka, headerOf } from '../message.ts';
import { patchHeaders } from './headers.ts';

const internals = createRequire(createRequire(import.meta.url).resolve('kafkajs'));
const encodeRecord = internals('./src/protocol/recordBatch/record/v0/index.js') as (record: object) => {
  readonly buffer: Buffer;
};
const Decoder = internals('./src/protocol/decoder.js') as new (bytes: Buffer) => {
  readVarIntBytes(): Buffer;
};
const decodeRecord = internals('./src/protocol/recordBatch/record/v0/decoder.js') as (
  decoder: object,
  batch: object,
) => Parameters<typeof fromKafka>[2];

/** A message as kafkajs would hand it over after a fetch. */
function fetched(headers: object) {
  const { buffer } = encodeRecord({ offsetDelta: 7, key: 'person', value: 'value', headers });
  const record = new Decoder(new Decoder(buffer).readVarIntBytes());
  return fromKafka('topic', 1, decodeRecord(record, { firstOffset: '100', firstTimestamp: '5' }));
}

const long = 'x'.repeat(300);
const headers = { ce_id: 'one', many: ['a', 'b', 'c'], empty: '', größe: 'ß', long, ce_ix: 'two' };

it('reads headers as kafkajs does', () => {
  const before = fetched(headers).headers;
  patchHeaders();
  patchHeaders();
  const after = fetched(headers);
  expect(after.headers).toEqual(before);
  expect(Object.keys(after.headers)).toEqual(Object.keys(before));
  expect(after).toMatchObject({ topic: 'topic', partition: 1, offset: 107, brokerTime: 5 });
  expect(fetched({}).headers).toEqual({});
});

it('finds one header without unpacking the others', () => {
  const message = fetched(headers);
  expect(
    ['ce_id', 'ce_ix', 'many', 'empty', 'long', 'ce_i', 'none'].map((name) => headerOf(message, name)),
  ).toEqual(['one', 'two', 'a', '', long, undefined, undefined]);
  expect(headerOf(fetched({}), 'ce_id')).toBeUndefined();
});
