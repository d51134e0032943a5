import avro, { type Schema, type Type } from 'avsc';
import { decimalOf } from './decimal.ts';

/** Logical types are only read here. */
class ReadOnlyType extends avro.types.LogicalType {
  protected override _toValue(): never {
    throw new Error('this type is only read');
  }
  protected override _resolve(): undefined {
    return undefined;
  }
}

class DecimalType extends ReadOnlyType {
  readonly #scale: number;

  constructor(schema: Schema, options?: object) {
    super(schema, options);
    const { scale } = schema as { readonly scale?: unknown };
    this.#scale = typeof scale === 'number' ? scale : 0;
  }

  protected override _fromValue(bytes: Buffer): number {
    return decimalOf(Buffer.from(bytes), this.#scale);
  }
}

const logicalTypes = { decimal: DecimalType };

/** A `long` as so many numbers a millisecond make an RFC 3339 time; a local clock's time has no offset. */
const timestamp = (perMs: bigint, zone: 'Z' | '') =>
  longType((value) => `${new Date(Number(floorDivide(value, perMs))).toISOString().slice(0, -1)}${zone}`);

/** Above 2^53, as nanoseconds since 1970 are, it is the nearest double. The library would refuse it. */
const plainLong = longType(Number);

const timestamps = new Map([
  ['timestamp-millis', timestamp(1n, 'Z')],
  ['timestamp-micros', timestamp(1_000n, 'Z')],
  ['timestamp-nanos', timestamp(1_000_000n, 'Z')],
  ['local-timestamp-millis', timestamp(1n, '')],
  ['local-timestamp-micros', timestamp(1_000n, '')],
  ['local-timestamp-nanos', timestamp(1_000_000n, '')],
]);

function longType(fromValue: (value: bigint) => unknown): Type {
  const onlyRead = () => {
    throw new Error('this type is only read');
  };
  return avro.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => fromValue(bytes.readBigInt64LE()),
    toBuffer: onlyRead,
    fromJSON: onlyRead,
    toJSON: onlyRead,
    isValid: onlyRead,
    compare: onlyRead,
  });
}

function floorDivide(value: bigint, by: bigint): bigint {
  return (value - (((value % by) + by) % by)) / by;
}

/** The types that the library does not read as we do. */
function typeHook(schema: Schema): Type | undefined {
  if (schema === 'long') return plainLong;
  if (typeof schema !== 'object' || !('type' in schema) || schema.type !== 'long') return undefined;
  const { logicalType } = schema as { readonly logicalType?: unknown };
  return timestamps.get(String(logicalType)) ?? plainLong;
}

/**
 * Reads Avro payloads. Timestamps of logical types become RFC 3339 and decimals numbers.
 * @param references The schemas that this one names, in the order in which they depend on each other.
 * @throws Error when a schema is none or an element of an array takes no byte.
 */
export function avroReader(schema: string, references: readonly string[]): (payload: Buffer) => unknown {
  const options = { logicalTypes, typeHook, registry: {} };
  for (const reference of references) avro.Type.forSchema(JSON.parse(reference) as Schema, options);
  const type = avro.Type.forSchema(JSON.parse(schema) as Schema, options);
  refuseEmptyElements(type, new Set());
  return (payload) => type.fromBuffer(payload) as unknown;
}

type Parts = Type & {
  readonly typeName: string;
  readonly itemsType?: Parts;
  readonly valuesType?: Parts;
  readonly underlyingType?: Parts;
  readonly types?: readonly Parts[];
  readonly fields?: readonly { readonly type: Parts }[];
  readonly size?: number;
};

/** Six bytes could announce a billion elements that take none. */
function refuseEmptyElements(given: Type, seen: Set<Type>): void {
  const type = given as Parts;
  if (seen.has(type)) return;
  seen.add(type);
  if (type.itemsType && isEmpty(type.itemsType)) throw new Error('elements of an array take no byte');
  const parts = [type.itemsType, type.valuesType, type.underlyingType, ...(type.types ?? [])];
  for (const part of [...parts, ...(type.fields ?? []).map((field) => field.type)]) {
    if (part) refuseEmptyElements(part, seen);
  }
}

/** A record that holds itself does so through a union or an array, which take a byte. */
function isEmpty({ typeName, underlyingType, fields, size }: Parts): boolean {
  if (underlyingType) return isEmpty(underlyingType);
  if (typeName === 'record') return (fields ?? []).every((field) => isEmpty(field.type));
  return typeName === 'null' || (typeName === 'fixed' && size === 0);
}
