import { protobufReader, type ProtobufSchema } from './protobuf-reader.ts';
import { frameHeaderBytes, parseJson } from './wire-format.ts';

/** Turns a framed value into plain data; throws when the payload does not fit the schema. */
export type SchemaReader = (value: Buffer) => unknown;

/** The registry client's schema object: one of its three classes, none of which it exports. */
export type RegistrySchema = { fromBuffer(payload: Buffer): unknown };

/**
 * Only Avro and Protobuf need their schema to be read. A JSON payload is parsed as it is: contracts validate it later, so a
 * second validator here would cost as much as the rest of the path.
 */
export function schemaReader(schema: RegistrySchema): SchemaReader {
  if (isJson(schema)) return (value) => parseJson(value.subarray(frameHeaderBytes));
  if (isProtobuf(schema)) {
    const read = protobufReader(schema);
    return (value) => plain(read(value.subarray(frameHeaderBytes)));
  }
  return (value) => plain(schema.fromBuffer(value.subarray(frameHeaderBytes)));
}

function isJson(schema: object): boolean {
  return 'detailedErrorPaths' in schema;
}

function isProtobuf(schema: object): schema is ProtobufSchema {
  return 'message' in schema;
}

/**
 * Avro has null and proto3 has the empty string where JSON leaves a field out, so both are left out here too.
 * Records become plain objects and bytes base64, as they would be in JSON.
 */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null && field !== '');
  return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
}
