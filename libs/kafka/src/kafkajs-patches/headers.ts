// Named in full, so that a bundle holds the same modules that kafkajs itself uses.
import kafkajsDecoder from 'kafkajs/src/protocol/decoder.js';
import kafkajsReadHeader from 'kafkajs/src/protocol/recordBatch/header/v0/decoder.js';

export type MessageHeaders = Readonly<Record<string, Buffer | string | (Buffer | string)[]>>;

/** Headers as they lie in a record, read on demand: of a dozen, one or two are ever needed. */
export class PackedHeaders {
  readonly #record: Buffer;
  readonly #from: number;

  /** @param from Where their count stands. */
  constructor(record: Buffer, from: number) {
    this.#record = record;
    this.#from = from;
  }

  /** The value under a name; of one that is given more than once, the first. */
  first(name: string): Buffer | undefined {
    const cursor = { at: this.#from };
    for (let left = readVarInt(this.#record, cursor); left > 0; left -= 1) {
      if (this.#nameIs(name, cursor)) return this.#bytes(cursor) ?? undefined;
      const length = readVarInt(this.#record, cursor);
      cursor.at += Math.max(length, 0);
    }
    return undefined;
  }

  /** All of them, as kafkajs would have them. */
  all(): MessageHeaders {
    const headers: Record<string, Buffer | (Buffer | string)[]> = {};
    const cursor = { at: this.#from };
    for (let left = readVarInt(this.#record, cursor); left > 0; left -= 1) {
      const name = this.#bytes(cursor)?.toString() ?? 'null';
      const value = this.#bytes(cursor) as Buffer; // null as well, as kafkajs has it
      const known = headers[name];
      if (known === undefined) headers[name] = value;
      else headers[name] = Array.isArray(known) ? [...known, value] : [known, value];
    }
    return headers;
  }

  #bytes(cursor: Cursor): Buffer | null {
    const length = readVarInt(this.#record, cursor);
    if (length === -1) return null;
    cursor.at += length;
    return this.#record.subarray(cursor.at - length, cursor.at);
  }

  /** Steps over a name. Ours are ASCII; other names differ from them in their first bytes. */
  #nameIs(name: string, cursor: Cursor): boolean {
    const length = Math.max(readVarInt(this.#record, cursor), 0);
    const from = cursor.at;
    cursor.at += length;
    if (length !== name.length) return false;
    for (let nr = 0; nr < length; nr += 1) if (this.#record[from + nr] !== name.charCodeAt(nr)) return false;
    return true;
  }
}

type Cursor = { at: number };

/** Zigzag, up to 32 bits. */
function readVarInt(bytes: Buffer, cursor: Cursor): number {
  let read = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[cursor.at] ?? 0;
    cursor.at += 1;
    read |= (byte & 0x7f) << shift;
    if (byte < 0x80) return (read >>> 1) ^ -(read & 1);
  }
}

type Reader = (decoder: Decoder) => unknown;
type Decoder = { readonly buffer: Buffer; readonly offset: number };
type DecoderClass = { readonly prototype: { readVarIntArray: (this: Decoder, read: Reader) => unknown } };

const patched = Symbol.for('@bridge/kafka: headers are kept packed');

/**
 * kafkajs makes an object of each header and a copy of all of them for each: of a message with nine headers 4 KB, a tenth
 * of the garbage of deciding an event. It has no setting for that, so the one method that reads a record's headers, the
 * last thing in it, is replaced. `fromKafka` knows both forms. Done again it changes nothing.
 */
export function patchHeaders(): void {
  const { prototype } = kafkajsDecoder as DecoderClass;
  const readHeader = kafkajsReadHeader as Reader;
  if (patched in prototype) return;
  const { readVarIntArray } = prototype;
  Object.assign(prototype, { [patched]: true });
  prototype.readVarIntArray = function (read) {
    if (read !== readHeader) return readVarIntArray.call(this, read);
    const headers = new PackedHeaders(this.buffer, this.offset);
    // The list of headers is reduced to one object; this is the object.
    return { reduce: () => headers };
  };
}
