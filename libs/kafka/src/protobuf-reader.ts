/** The parts of protobufjs's reflection that we need; the registry client brings the library along. */
type MessageType = {
  readonly fieldsArray: readonly { resolve(): unknown }[];
  readonly nestedArray: readonly object[];
  decode(payload: Uint8Array): object;
  toObject(message: object, options: object): Record<string, unknown>;
};

export type ProtobufSchema = {
  /** The first message of the file. */
  readonly message: MessageType & { readonly parent: { readonly nestedArray: readonly object[] } | null };
};

/** Zero is a value, so implicit defaults are filled in; 64-bit numbers stay numbers, enums become their names. */
const asJson = { longs: Number, enums: String, bytes: String, defaults: true };

/**
 * Reads Confluent's Protobuf payloads. The registry client reads every payload as the file's first message and takes the
 * indexes that name another one for data, so both are done here.
 */
export function protobufReader({ message }: ProtobufSchema): (payload: Buffer) => unknown {
  const topLevel = message.parent?.nestedArray.filter(isMessage) ?? [message];
  return (payload) => {
    const { path, end } = readMessageIndexes(payload);
    const type = path.reduce<MessageType | undefined>(
      (outer, index, depth) => (depth === 0 ? topLevel : outer?.nestedArray.filter(isMessage))?.[index],
      undefined,
    );
    if (type === undefined) throw new Error('the payload names a message that the schema does not have');
    // As a plain Uint8Array: protobufjs's reader for a Buffer cuts a text short that reaches past the end, instead of throwing.
    const bytes = new Uint8Array(payload.buffer, payload.byteOffset + end, payload.length - end);
    return type.toObject(type.decode(bytes), asJson);
  };
}

function isMessage(entry: object): entry is MessageType {
  return 'fieldsArray' in entry;
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
