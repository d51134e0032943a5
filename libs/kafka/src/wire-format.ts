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

/**
 * An unframed value: JSON, or one JSON value a line, which is read as their list. A later line that is no JSON stays a text,
 * so that it alone is refused.
 * @throws TypeError, SyntaxError
 */
export function parseJsonOrLines(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    const lines = error instanceof SyntaxError ? linesOf(utf8.decode(bytes)) : [];
    const [first, ...others] = lines;
    if (first === undefined || others.length === 0) throw error;
    return [JSON.parse(first) as object, ...others.map(jsonOrText)];
  }
}

/** Only what begins and ends as objects do: else half an object over several lines would pass for lines. */
function linesOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines[0]?.trim().startsWith('{') && lines[0].trim().endsWith('}') ? lines : [];
}

function jsonOrText(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // The text itself is what the reader refuses, by its place in the list.
    return line;
  }
}
