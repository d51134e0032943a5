import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { protobufReader, readMessageIndexes, type ProtobufSchema } from './protobuf-reader.ts';

const file = `
  syntax = "proto3";
  package partner;
  enum Kind { UNKNOWN = 0; NIGHT = 1; }
  message First { string user_id = 1; int64 version = 2; Kind kind = 3; }
  message Second { message Inner { double value = 1; } Inner inner = 1; }`;
const { root } = protobuf.parse(file, { keepCase: true });
const [first, second, inner] = ['First', 'Second', 'Second.Inner'].map((name) =>
  root.lookupType(`partner.${name}`),
);
const read = protobufReader({ message: first } as unknown as ProtobufSchema);

function payload(indexes: number[], type: protobuf.Type | undefined, value: object): Buffer {
  return Buffer.concat([
    Buffer.from(indexes),
    type?.encode(type.fromObject(value)).finish() ?? Buffer.alloc(0),
  ]);
}

test('reads the first message behind a single 0, with defaults, whole numbers and names of enum values', () => {
  expect(read(payload([0], first, { user_id: 'u', version: 7, kind: 1 }))).toEqual({
    user_id: 'u',
    version: 7,
    kind: 'NIGHT',
  });
  expect(read(payload([0], first, { user_id: 'u' }))).toEqual({ user_id: 'u', version: 0, kind: 'UNKNOWN' });
});

test('reads the message that the indexes name, nested ones too', () => {
  expect(read(payload([2, 2], second, { inner: { value: 0.5 } }))).toEqual({ inner: { value: 0.5 } });
  expect(read(payload([4, 2, 0], inner, { value: 0.5 }))).toEqual({ value: 0.5 });
});

test('refuses a message that the schema does not have', () => {
  expect(() => read(Buffer.from([2, 8]))).toThrow('does not have');
});

test.each([
  ['nothing', []],
  ['a negative count', [1]],
  ['an endless number', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ['fewer indexes than counted', [4, 2]],
])('refuses %s instead of indexes', (_what, bytes) => {
  expect(() => readMessageIndexes(Buffer.from(bytes))).toThrow('message indexes');
});
