/**
 * Arrays in PostgreSQL's binary wire format. pg sends a Buffer parameter in binary, so a column of a thousand rows
 * travels as one parameter, without the text form that doubles `bytea` and is parsed again by the server.
 * Format: int32 dimensions, int32 has-null flag, int32 element type, int32 length, int32 lower bound, then each
 * element as int32 length (-1 for NULL) and its bytes. See `array_recv` in PostgreSQL's arrayfuncs.c.
 *
 * Elements are written straight into the array's buffer: a batch has ten thousand of them, and a buffer for each would
 * cost more than writing it.
 */
const oid = { bytea: 17, int8: 20, int4: 23, text: 25, timestamptz: 1184, uuid: 2950 } as const;

/** Microseconds between the Unix epoch and 2000-01-01, where PostgreSQL starts counting. */
const postgresEpochMs = 946_684_800_000;

/** Bytes before the elements. */
export const arrayHeadBytes = 20;
/** An array without elements has no bounds either. */
const emptyBytes = 12;

/** As they are, or as hex digits: ids come as text, and a buffer for each would only be copied once. */
export type Bytes = Buffer | string;

type Column<T> = readonly (T | null)[];

type Encoding<T> = {
  readonly sizeOf: (value: T) => number;
  /** Writes one element and returns its length. */
  readonly write: (out: Buffer, value: T, at: number) => number;
};

function encode<T>(elementType: number, values: Column<T>, { sizeOf, write }: Encoding<T>): Buffer {
  let size = values.length === 0 ? emptyBytes : arrayHeadBytes;
  let hasNull = false;
  // By index: iterators would leave an object per element here, since the columns are of many kinds.
  for (let nr = 0; nr < values.length; nr += 1) {
    const value = values[nr] ?? null;
    if (value === null) hasNull = true;
    size += 4 + (value === null ? 0 : sizeOf(value));
  }
  const out = Buffer.allocUnsafe(size);
  writeHead(out, { elementType, count: values.length, hasNull });
  let at = arrayHeadBytes;
  for (let nr = 0; nr < values.length; nr += 1) {
    const value = values[nr] ?? null;
    const length = value === null ? 0 : write(out, value, at + 4);
    out.writeInt32BE(value === null ? -1 : length, at);
    at += 4 + length;
  }
  return out;
}

function writeHead(
  out: Buffer,
  head: { readonly elementType: number; readonly count: number; readonly hasNull: boolean },
): void {
  out.writeInt32BE(head.count === 0 ? 0 : 1, 0);
  out.writeInt32BE(head.hasNull ? 1 : 0, 4);
  out.writeInt32BE(head.elementType, 8);
  if (head.count === 0) return;
  out.writeInt32BE(head.count, 12);
  out.writeInt32BE(1, 16);
}

const bytes: Encoding<Bytes> = {
  sizeOf: (value) => (typeof value === 'string' ? value.length >> 1 : value.length),
  write: (out, value, at) => (typeof value === 'string' ? out.write(value, at, 'hex') : value.copy(out, at)),
};
const text: Encoding<string> = {
  sizeOf: (value) => Buffer.byteLength(value),
  write: (out, value, at) => out.write(value, at),
};
const uuid: Encoding<string> = { sizeOf: () => 16, write: writeUuid };
const int8: Encoding<number> = { sizeOf: () => 8, write: writeInt8 };
const int4: Encoding<number> = {
  sizeOf: () => 4,
  write: (out, value, at) => out.writeInt32BE(value, at) - at,
};
const timestamp: Encoding<number> = {
  sizeOf: () => 8,
  write: (out, value, at) => writeInt8(out, Math.round((value - postgresEpochMs) * 1000), at),
};

/** A whole number up to 2^53 in two halves: a BigInt for each would be garbage. */
function writeInt8(out: Buffer, value: number, at: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  out.writeInt32BE(high, at);
  out.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
  return 8;
}

/** Pairs of hex digits; hyphens between them are passed over. */
function writeUuid(out: Buffer, value: string, at: number): number {
  let from = 0;
  for (let nr = 0; nr < 16; nr += 1) {
    if (value.charCodeAt(from) === 0x2d) from += 1;
    out[at + nr] = (nibble(value.charCodeAt(from)) << 4) | nibble(value.charCodeAt(from + 1));
    from += 2;
  }
  return 16;
}

/** 0 to 9, a to f and A to F by their character codes. */
const nibble = (code: number): number => (code & 0xf) + (code > 0x40 ? 9 : 0);

export const byteaArray = (values: Column<Bytes>): Buffer => encode(oid.bytea, values, bytes);
export const textArray = (values: Column<string>): Buffer => encode(oid.text, values, text);
/** UUIDs in their text form, with or without hyphens. */
export const uuidArray = (values: Column<string>): Buffer => encode(oid.uuid, values, uuid);
export const int8Array = (values: Column<number>): Buffer => encode(oid.int8, values, int8);
export const int4Array = (values: Column<number>): Buffer => encode(oid.int4, values, int4);
/** Times in milliseconds since 1970. */
export const timestamptzArray = (values: Column<number>): Buffer =>
  encode(oid.timestamptz, values, timestamp);

/** Of elements that are written already, each after its length as int32, with `arrayHeadBytes` free before them. */
export function byteaElements(out: Buffer, count: number): Buffer {
  writeHead(out, { elementType: oid.bytea, count, hasNull: false });
  return count === 0 ? out.subarray(0, emptyBytes) : out;
}
