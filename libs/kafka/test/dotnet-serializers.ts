import { frameHeaderBytes } from '../src/wire-format.ts';

/*
 * The bytes that Confluent's .NET serializers produce, written from their sources and from the encodings of Protobuf and Avro.
 * None of the libraries that read them has a part in it.
 *
 * - Frame, indexes, descriptors: github.com/confluentinc/confluent-kafka-dotnet,
 *   src/Confluent.SchemaRegistry.Serdes.{Protobuf/ProtobufSerializer.cs,Avro/GenericSerializerImpl.cs,Json/JsonSerializer.cs}
 * - Protobuf: protobuf.dev/programming-guides/encoding; descriptor.proto has the numbers of its fields
 * - Avro: avro.apache.org/docs/1.12.0/specification, "Binary encoding"
 */

/** A zero byte and the id in network order, by `IPAddress.HostToNetworkOrder`. */
export function dotnetFrame(schemaId: number, ...payload: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(frameHeaderBytes);
  head.writeUInt32BE(schemaId, 1);
  return Buffer.concat([head, ...payload]);
}

/** `CreateIndexArray`: a count and so many indexes as zigzag varints, and a single 0 for the first message. */
export function dotnetIndexes(...path: readonly number[]): Buffer {
  if (path.length === 1 && path[0] === 0) return Buffer.from([0]);
  return Buffer.concat([path.length, ...path].map(zigzag));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A varint of Avro, and of the indexes. */
export function zigzag(value: number): Buffer {
  return varint(value < 0 ? -2 * value - 1 : 2 * value);
}

/** A text or bytes behind their length, as Avro has them. */
export function avroBytes(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([zigzag(bytes.length), bytes]);
}

/** Eight bytes, the lowest first. */
export function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** A field of Protobuf: a number is a varint, eight bytes of `double` are given as `{ double }`, anything else has a length. */
export function field(number: number, value: number | string | Buffer | { readonly double: number }): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)]);
  if (typeof value === 'object' && 'double' in value) {
    return Buffer.concat([varint(number * 8 + 1), double(value.double)]);
  }
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** An entry of a map field. */
export function entry(number: number, key: string, value: Parameters<typeof field>[1]): Buffer {
  return field(number, Buffer.concat([field(1, key), field(2, value)]));
}

/** Of `FieldDescriptorProto.Type`. */
const types = { double: 1, int64: 3, string: 9, message: 11 } as const;

type FieldOf = {
  readonly name: string;
  /** One of the scalar types, or the full name of a message, which begins with a dot. */
  readonly type: string;
  readonly repeated?: boolean;
};

export type MessageOf = {
  readonly name: string;
  /** Numbered from 1. */
  readonly fields?: readonly FieldOf[];
  readonly nested?: readonly MessageOf[];
  readonly isMapEntry?: boolean;
};

export type FileOf = {
  readonly name: string;
  readonly packageName: string;
  readonly imports?: readonly string[];
  readonly messages: readonly MessageOf[];
};

/** `Descriptor.File.SerializedData.ToBase64()`, which .NET registers as the schema. */
export function dotnetDescriptor({ name, packageName, imports = [], messages }: FileOf): string {
  return Buffer.concat([
    field(1, name),
    field(2, packageName),
    ...imports.map((file) => field(3, file)),
    ...messages.map((message) => field(4, messageDescriptor(message))),
    field(12, 'proto3'),
  ]).toString('base64');
}

function messageDescriptor({ name, fields = [], nested = [], isMapEntry = false }: MessageOf): Buffer {
  return Buffer.concat([
    field(1, name),
    ...fields.map((one, index) => field(2, fieldDescriptor(one, index + 1))),
    ...nested.map((message) => field(3, messageDescriptor(message))),
    ...(isMapEntry ? [field(7, field(7, 1))] : []),
  ]);
}

function fieldDescriptor({ name, type, repeated = false }: FieldOf, number: number): Buffer {
  const scalar = Object.hasOwn(types, type) ? types[type as keyof typeof types] : types.message;
  return Buffer.concat([
    field(1, name),
    field(3, number),
    field(4, repeated ? 3 : 1),
    field(5, scalar),
    ...(scalar === types.message ? [field(6, type)] : []),
  ]);
}
