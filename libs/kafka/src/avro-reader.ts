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

/** RFC 3339; a local clock's time has no offset. */
function timestampType(perMs: number, zone: 'Z' | '') {
  return class extends ReadOnlyType {
    protected override _fromValue(value: number): string {
      return new Date(Math.floor(value / perMs)).toISOString().slice(0, -1) + zone;
    }
  };
}

const logicalTypes = {
  decimal: DecimalType,
  'timestamp-millis': timestampType(1, 'Z'),
  'timestamp-micros': timestampType(1e3, 'Z'),
  'local-timestamp-millis': timestampType(1, ''),
  'local-timestamp-micros': timestampType(1e3, ''),
};

/**
 * Reads Avro payloads. Timestamps of logical types become RFC 3339 and decimals numbers.
 * @param references The schemas that this one names, in the order in which they depend on each other.
 * @throws Error when a schema is none or an element of an array takes no byte.
 */
export function avroReader(schema: string, references: readonly string[]): (payload: Buffer) => unknown {
  const options = { logicalTypes, registry: {} };
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
