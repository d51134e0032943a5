import { avroReader } from './avro-reader.ts';
import { protobufReader } from './protobuf-reader.ts';
import { loadProtobuf, type ProtobufFile } from './protobuf-schema.ts';
import { frameHeaderBytes, parseJson } from './wire-format.ts';

/** Turns a framed value into plain data; throws when the payload does not fit the schema. */
export type SchemaReader = (value: Buffer) => unknown;

/** A schema as the registry holds it, with those that it names, in the order in which they depend on each other. */
export type RegisteredSchema = {
  readonly type: string;
  readonly schema: string;
  readonly references: readonly ProtobufFile[];
};

/**
 * Only Avro and Protobuf need their schema to be read. A JSON payload is parsed as it is: contracts validate it later, so a
 * second validator here would cost as much as the rest of the path.
 * @throws Error when the schema can't be used.
 */
export function schemaReader({ type, schema, references }: RegisteredSchema): SchemaReader {
  switch (type) {
    case 'JSON':
      return (value) => parseJson(value.subarray(frameHeaderBytes));
    case 'AVRO':
      return behindFrame(
        avroReader(
          schema,
          references.map((reference) => reference.schema),
        ),
      );
    case 'PROTOBUF':
      return behindFrame(protobufReader(loadProtobuf(schema, references)));
    default:
      throw new Error('a schema of an unknown type');
  }
}

function behindFrame(read: (payload: Buffer) => unknown): SchemaReader {
  return (value) => plain(read(value.subarray(frameHeaderBytes)));
}

/** A map may hold an `unwrap` too, but never a function. */
function isBranch(value: object): value is { unwrap(): unknown } {
  return 'unwrap' in value && typeof value.unwrap === 'function';
}

/**
 * Avro has null and proto3 has the empty string where JSON leaves a field out, so both are left out here too.
 * Records become plain objects, bytes base64, as they would be in JSON, and a branch of an ambiguous union its value.
 */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (isBranch(value)) return plain(value.unwrap());
  const fields = Object.entries(value).filter(([, field]) => field !== null && field !== '');
  return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
}
