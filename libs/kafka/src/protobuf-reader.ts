import type protobuf from 'protobufjs';
import { messageAt } from './protobuf-order.ts';
import type { ProtobufSchema } from './protobuf-schema.ts';
import { withWellKnownTypes } from './well-known-types.ts';

/** Zero is a value, so implicit defaults are filled in; 64-bit numbers stay numbers, enums become their names. */
const asJson = { longs: Number, enums: String, bytes: String, defaults: true };

/** Reads Confluent's Protobuf payloads, of whichever message of the file the indexes before the payload name. */
export function protobufReader(schema: ProtobufSchema): (payload: Buffer) => unknown {
  const types = new Map<string, protobuf.Type>();
  function typeNamed(names: readonly string[]): protobuf.Type {
    const name = [...(schema.packageName ? [schema.packageName] : []), ...names].join('.');
    const type = types.get(name) ?? schema.root.lookupType(`.${name}`);
    types.set(name, type);
    return type;
  }
  return (payload) => {
    const { names, end } = readMessageName(schema, payload);
    const type = typeNamed(names);
    // As a plain Uint8Array: protobufjs's reader for a Buffer cuts a text short that reaches past the end, instead of throwing.
    const bytes = new Uint8Array(payload.buffer, payload.byteOffset + end, payload.length - end);
    return withWellKnownTypes(type, type.toObject(type.decode(bytes), asJson));
  };
}

/** Confluent's clients write indexes; Apicurio's Java serializer a message that holds the name. */
function readMessageName(
  { messages }: ProtobufSchema,
  payload: Buffer,
): { names: readonly string[]; end: number } {
  const [length = 0, field, nameLength = 0] = payload;
  if (field === 0x0a && length === nameLength + 2) {
    const name = payload.toString('utf8', 3, 3 + nameLength);
    if (messages.some((message) => message.name === name)) return { names: [name], end: 1 + length };
  }
  const { path, end } = readMessageIndexes(payload);
  const names = messageAt(messages, path);
  if (names === undefined) throw new Error('the payload names a message that the schema does not have');
  return { names, end };
}

/** A count and so many indexes, all zigzag varints; a single 0 stands for the first message. */
export function readMessageIndexes(payload: Buffer): { path: number[]; end: number } {
  let at = 0;
  const next = (): number => {
    const { value, end } = readZigzag(payload, at);
    at = end;
    return value;
  };
  const count = next();
  if (count === 0) return { path: [0], end: at };
  if (count < 0 || count > 32) throw new Error('not a list of message indexes');
  const path = Array.from({ length: count }, next);
  return { path, end: at };
}

function readZigzag(bytes: Buffer, start: number): { value: number; end: number } {
  let raw = 0;
  for (let at = start; at < start + 5; at++) {
    const byte = bytes[at];
    if (byte === undefined) break;
    raw += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value: raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2, end: at + 1 };
  }
  throw new Error('not a list of message indexes');
}
