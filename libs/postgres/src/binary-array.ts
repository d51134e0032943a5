/**
 * Arrays in PostgreSQL's binary wire format. pg sends a Buffer parameter in binary, so a column of a thousand rows
 * travels as one parameter, without the text form that doubles `bytea` and is parsed again by the server.
 * Format: int32 dimensions, int32 has-null flag, int32 element type, int32 length, int32 lower bound, then each
 * element as int32 length (-1 for NULL) and its bytes. See `array_recv` in PostgreSQL's arrayfuncs.c.
 */
const oid = { bytea: 17, int8: 20, int4: 23, text: 25, timestamptz: 1184, uuid: 2950 } as const;

/** Microseconds between the Unix epoch and 2000-01-01, where PostgreSQL starts counting. */
const postgresEpochMs = 946_684_800_000;

type Elements = readonly (Buffer | null)[];

function encode(elementType: number, elements: Elements): Buffer {
  let size = elements.length === 0 ? 12 : 20;
  for (const element of elements) size += 4 + (element?.length ?? 0);
  const out = Buffer.allocUnsafe(size);
  let at = out.writeInt32BE(elements.length === 0 ? 0 : 1, 0);
  at = out.writeInt32BE(elements.includes(null) ? 1 : 0, at);
  at = out.writeInt32BE(elementType, at);
  if (elements.length === 0) return out;
  at = out.writeInt32BE(elements.length, at);
  at = out.writeInt32BE(1, at);
  for (const element of elements) {
    at = out.writeInt32BE(element?.length ?? -1, at);
    if (element) at += element.copy(out, at);
  }
  return out;
}

export const byteaArray = (values: Elements): Buffer => encode(oid.bytea, values);

export const textArray = (values: readonly (string | null)[]): Buffer =>
  encode(
    oid.text,
    values.map((value) => (value === null ? null : Buffer.from(value))),
  );

/** UUIDs in their text form, with or without hyphens. */
export const uuidArray = (values: readonly (string | null)[]): Buffer =>
  encode(
    oid.uuid,
    values.map((value) => (value === null ? null : Buffer.from(value.replaceAll('-', ''), 'hex'))),
  );

export const int8Array = (values: readonly (number | null)[]): Buffer =>
  encode(
    oid.int8,
    values.map((value) => (value === null ? null : int8(value))),
  );

export const int4Array = (values: readonly (number | null)[]): Buffer =>
  encode(
    oid.int4,
    values.map((value) => {
      if (value === null) return null;
      const bytes = Buffer.allocUnsafe(4);
      bytes.writeInt32BE(value);
      return bytes;
    }),
  );

/** Times in milliseconds since 1970. */
export const timestamptzArray = (values: readonly (number | null)[]): Buffer =>
  encode(
    oid.timestamptz,
    values.map((value) => (value === null ? null : int8(Math.round((value - postgresEpochMs) * 1000)))),
  );

function int8(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
