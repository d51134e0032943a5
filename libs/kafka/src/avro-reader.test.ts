import avro from 'avsc';
import { expect, test } from 'vitest';
import { schemaReader } from './schema-reader.ts';

/** One field, written by avsc without logical types. */
function decoded(type: unknown, plainType: avro.Schema, value: unknown): unknown {
  const record = (field: unknown) => ({ type: 'record', name: 'R', fields: [{ name: 'a', type: field }] });
  const schema = avro.Type.forSchema(record(plainType) as avro.Schema);
  const payload = Buffer.concat([Buffer.alloc(5), schema.toBuffer({ a: value })]);
  const read = schemaReader({ type: 'AVRO', schema: JSON.stringify(record(type)), references: [] });
  return (read(payload) as { a: unknown }).a;
}

const at = Date.parse('2026-11-20T12:00:00.250Z');
const millis = { type: 'long', logicalType: 'timestamp-millis' };
const decimal = (scale: number) => ({ type: 'bytes', logicalType: 'decimal', precision: 9, scale });

test.each([
  ['timestamp-millis', millis, 'long', at, '2026-11-20T12:00:00.250Z'],
  [
    'timestamp-micros',
    { ...millis, logicalType: 'timestamp-micros' },
    'long',
    at * 1000,
    '2026-11-20T12:00:00.250Z',
  ],
  [
    'a local timestamp',
    { ...millis, logicalType: 'local-timestamp-millis' },
    'long',
    at,
    '2026-11-20T12:00:00.250',
  ],
  [
    'timestamp-micros before 1970',
    { ...millis, logicalType: 'timestamp-micros' },
    'long',
    -1,
    '1969-12-31T23:59:59.999Z',
  ],
  ['a number of 53 bits', 'long', 'long', 2 ** 52 + 1, 2 ** 52 + 1],
  ['a long of another logical type', { type: 'long', logicalType: 'x' }, 'long', -7, -7],
  ['a nullable timestamp', ['null', millis], ['null', 'long'], at, '2026-11-20T12:00:00.250Z'],
  ['a decimal', decimal(2), 'bytes', Buffer.from('1194', 'hex'), 45],
  ['a negative decimal', decimal(1), 'bytes', Buffer.from('ff', 'hex'), -0.1],
  ['a nullable decimal', ['null', decimal(2)], ['null', 'bytes'], Buffer.from('1c20', 'hex'), 72],
  ['bytes', 'bytes', 'bytes', Buffer.from('a'), 'YQ=='],
])('reads %s', (_what, type, plainType, value, expected) => {
  expect(decoded(type, plainType as avro.Schema, value)).toBe(expected);
});

const nanoseconds = BigInt(at) * 1_000_000n + 1n;

test.each([
  ['as a number', 'long', Number(nanoseconds)],
  ['as a number in an object', { type: 'long' }, Number(nanoseconds)],
  ['timestamp-nanos', { ...millis, logicalType: 'timestamp-nanos' }, '2026-11-20T12:00:00.250Z'],
  ['local-timestamp-nanos', { ...millis, logicalType: 'local-timestamp-nanos' }, '2026-11-20T12:00:00.250'],
])('reads nanoseconds, which no double holds exactly: %s', (_what, type, expected) => {
  const schema = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'a', type: ['null', type] }] });
  const read = schemaReader({ type: 'AVRO', schema, references: [] });
  // A zigzag varint by hand: twice the number, seven bits a byte, the lowest first.
  const bytes: number[] = [];
  let rest = 2n * nanoseconds;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) + 0x80);
  expect(read(Buffer.from([0, 0, 0, 0, 0, 2, ...bytes, Number(rest)]))).toEqual({ a: expected });
});

test('reads a branch of an ambiguous union as its value', () => {
  const union = ['null', 'int', 'double', 'string'];
  expect(decoded(union, union as avro.Schema, { double: 45.5 })).toBe(45.5);
  expect(decoded(union, union as avro.Schema, { int: 72 })).toBe(72);
  const withLong = ['null', 'long', 'double', 'string'];
  expect(decoded(withLong, withLong as avro.Schema, { long: 72 })).toBe(72);
});

test('refuses a decimal of 10 kB', () => {
  expect(() => decoded(decimal(2), 'bytes', Buffer.alloc(10_000, 1))).toThrow('too long');
});

test('reads a record that holds itself, and one that another schema defines', () => {
  const node = { type: 'record', name: 'Node', fields: [{ name: 'next', type: ['null', 'Node'] }] };
  const value = { next: { next: {} } };
  const payload = Buffer.from([0, 0, 0, 0, 0, 2, 2, 0]);
  expect(schemaReader({ type: 'AVRO', schema: JSON.stringify(node), references: [] })(payload)).toEqual(
    value,
  );
  const references = [{ name: 'Node', schema: JSON.stringify(node) }];
  const outer = { type: 'record', name: 'Outer', fields: [{ name: 'node', type: 'Node' }] };
  const read = schemaReader({ type: 'AVRO', schema: JSON.stringify(outer), references });
  expect(read(payload)).toEqual({ node: value });
});

test('refuses a schema by which six bytes could announce a billion elements', () => {
  const schema = JSON.stringify({ type: 'array', items: { type: 'record', name: 'E', fields: [] } });
  expect(() => schemaReader({ type: 'AVRO', schema, references: [] })).toThrow('take no byte');
});
