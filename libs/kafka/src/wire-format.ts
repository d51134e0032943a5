/** Confluent's framing: byte 0 is 0, bytes 1 to 4 are the schema id, big-endian; then the payload. */
export const frameHeaderBytes = 5;

/** The schema id of a framed value. Valid JSON cannot begin with byte 0, so the two forms never collide. */
export function schemaIdOf(value: Buffer): number | undefined {
  return value.length >= frameHeaderBytes && value[0] === 0 ? value.readUInt32BE(1) : undefined;
}

/** JSON in a frame, ready to be sent. */
export function frameJson(schemaId: number, value: unknown): Buffer {
  const json = JSON.stringify(value);
  const framed = Buffer.allocUnsafe(frameHeaderBytes + Buffer.byteLength(json));
  framed[0] = 0;
  framed.writeUInt32BE(schemaId, 1);
  framed.write(json, frameHeaderBytes);
  return framed;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Strict JSON: invalid UTF-8, NaN, a byte order mark and trailing text are refused.
 * @throws TypeError, SyntaxError
 */
export function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(utf8.decode(bytes)) as unknown;
}
