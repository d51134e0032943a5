import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { field } from '../test/dotnet-serializers.ts';
import { protobufReader, readMessageIndexes } from './protobuf-reader.ts';
import { loadProtobuf } from './protobuf-schema.ts';

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
const read = protobufReader(loadProtobuf(file, []));

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

/** A descriptor in base64, as Python's client registers it: a map field beside a nested message. */
const descriptor =
  'Cg5wdWxzZV9hMS5wcm90bxIKcGFydG5lci5hMSLTAQoFUHVsc2USFwoHdXNlcl9pZBgBIAEoCVIGdXNlcklkEh0KCmV2ZW50X3R5cGUYAiABKAlSCWV2ZW50VHlwZRIcCgl0aW1lc3RhbXAYAyABKAlSCXRpbWVzdGFtcBI4CgdtZXRyaWNzGAQgAygLMh4ucGFydG5lci5hMS5QdWxzZS5NZXRyaWNzRW50cnlSB21ldHJpY3MaOgoMTWV0cmljc0VudHJ5EhAKA2tleRgBIAEoCVIDa2V5EhQKBXZhbHVlGAIgASgBUgV2YWx1ZToCOAFiBnByb3RvMw==';

test('reads a schema that is registered as a base64 descriptor, and a text with the same bytes', () => {
  const text = `syntax = "proto3"; package partner.a1;
    enum Kind { REST = 0; }
    message Pulse { string user_id = 1; string event_type = 2; string timestamp = 3; map<string, double> metrics = 4; }`;
  const pulse = protobuf.parse(text, { keepCase: true }).root.lookupType('partner.a1.Pulse');
  const value = { user_id: 'u', event_type: 'hr', timestamp: 't', metrics: { hrv: 45 } };
  const bytes = payload([0], pulse, value);
  expect(protobufReader(loadProtobuf(descriptor, []))(bytes)).toEqual(value);
  expect(protobufReader(loadProtobuf(text, []))(bytes)).toEqual(value);
});

test('reads well-known types as JSON has them, behind lists and maps too', () => {
  const text = `syntax = "proto3";
    import "google/protobuf/timestamp.proto"; import "google/protobuf/duration.proto";
    import "google/protobuf/wrappers.proto"; import "google/protobuf/struct.proto";
    message Pulse {
      google.protobuf.Timestamp timestamp = 1; repeated google.protobuf.Timestamp more = 2;
      map<string, google.protobuf.DoubleValue> metrics = 3; google.protobuf.Duration slept = 4;
      google.protobuf.Struct note = 5; google.protobuf.StringValue device_id = 6; int64 at = 7;
      optional double left_out = 8; google.protobuf.Timestamp not_set = 9;
    }`;
  // Built by hand: two varints of a timestamp, 1.5 s, a wrapped 45.
  const at = Buffer.from([8, 0x80, 0xf8, 0xd3, 0xac, 6, 16, 0x80, 0xca, 0xb5, 0xee, 1]);
  const double = Buffer.concat([Buffer.from([9]), Buffer.from(new Float64Array([45]).buffer)]);
  const entry = Buffer.concat([field(1, Buffer.from('hrv')), field(2, double)]);
  const note = field(1, Buffer.concat([field(1, Buffer.from('a')), field(2, field(3, Buffer.from('b')))]));
  const bytes = Buffer.concat([
    Buffer.from([0]),
    ...[
      field(1, at),
      field(2, at),
      field(3, entry),
      field(4, Buffer.from([8, 1, 16, 0x80, 0xca, 0xb5, 0xee, 1])),
    ],
    ...[field(5, note), field(6, field(1, Buffer.from('d')))],
    Buffer.from([7 << 3, 5]),
  ]);
  const seconds = 0x80 - 0x80 + 0x78 * 128 + 0x53 * 128 ** 2 + 0x2c * 128 ** 3 + 6 * 128 ** 4;
  const timestamp = new Date(seconds * 1000).toISOString().replace('.000Z', '.500000000Z');
  expect(protobufReader(loadProtobuf(text, []))(bytes)).toEqual({
    ...{ timestamp, more: [timestamp], metrics: { hrv: 45 }, slept: 1.5 },
    ...{ note: { a: 'b' }, device_id: 'd', at: 5, not_set: null },
  });
});

test("reads Confluent's decimals, whose file no client registers, and refuses one of 10 kB", () => {
  const text = `syntax = "proto3"; import "confluent/type/decimal.proto";
    message Pulse { map<string, confluent.type.Decimal> metrics = 1; confluent.type.Decimal none = 2; }`;
  const reads = protobufReader(loadProtobuf(text, []));
  const types =
    'syntax = "proto3"; package confluent.type; message Decimal { bytes value = 1; int32 scale = 3; }';
  const { root: both } = protobuf.parse(text, protobuf.parse(types).root, { keepCase: true });
  const bytes = (hrv: Buffer) =>
    payload([0], both.lookupType('Pulse'), { metrics: { hrv: { value: hrv, scale: 2 } } });
  expect(reads(bytes(Buffer.from('11c6', 'hex')))).toEqual({ metrics: { hrv: 45.5 }, none: null });
  expect(reads(bytes(Buffer.from('ff9c', 'hex')))).toEqual({ metrics: { hrv: -1 }, none: null });
  expect(() => reads(bytes(Buffer.alloc(10_000, 1)))).toThrow('too long');
  // A client that registers it all the same.
  const imports = [{ name: 'confluent/type/decimal.proto', schema: types }];
  expect(protobufReader(loadProtobuf(text, imports))(bytes(Buffer.from('11c6', 'hex')))).toMatchObject({
    metrics: { hrv: 45.5 },
  });
});

test('reads messages of imported files', () => {
  const imported = 'syntax = "proto3"; package other; message Values { double hrv = 1; }';
  const text =
    'syntax = "proto3"; import "values.proto"; message Pulse { map<string, other.Values> by_day = 1; }';
  const reads = protobufReader(loadProtobuf(text, [{ name: 'values.proto', schema: imported }]));
  const { root: both } = protobuf.parse(text, protobuf.parse(imported).root, { keepCase: true });
  const value = { by_day: { monday: { hrv: 45 } } };
  expect(reads(payload([0], both.lookupType('Pulse'), value))).toEqual(value);
  expect(() => loadProtobuf(text, [])).toThrow();
});

test('counts nested messages with and without the entry messages of map fields before them', () => {
  const text = `syntax = "proto3";
    message Event { /* message No {} */ map<string, double> metrics = 1; message Pulse { string user_id = 1; } }`;
  const reads = protobufReader(loadProtobuf(text, []));
  const pulse = protobuf.parse(text, { keepCase: true }).root.lookupType('Event.Pulse');
  for (const index of [0, 1]) {
    expect(reads(payload([4, 0, 2 * index], pulse, { user_id: 'u' }))).toEqual({ user_id: 'u' });
  }
});

test("reads the name that Apicurio's serializer writes instead of indexes", () => {
  const name = Buffer.concat([Buffer.from([8, 0x0a, 6]), Buffer.from('Second')]);
  const bytes = Buffer.concat([name, second?.encode({ inner: { value: 0.5 } }).finish() ?? Buffer.alloc(0)]);
  expect(read(bytes)).toEqual({ inner: { value: 0.5 } });
});

test('reads a message that holds itself, and refuses one that does so without end', () => {
  const text = 'syntax = "proto3"; message Node { Node next = 1; string user_id = 2; }';
  const reads = protobufReader(loadProtobuf(text, []));
  const node = protobuf.parse(text, { keepCase: true }).root.lookupType('Node');
  expect(reads(payload([0], node, { next: { user_id: 'u' } }))).toEqual({
    user_id: '',
    next: { user_id: 'u', next: null },
  });
  let bytes: Buffer = Buffer.alloc(0);
  for (let depth = 0; depth < 2_000; depth++) bytes = field(1, bytes);
  expect(() => reads(Buffer.concat([Buffer.from([0]), bytes]))).toThrow();
});
