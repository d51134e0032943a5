import { parseJsonBytes } from '../../documents/domain/parse-json-bytes.ts';

/** One body; `value` is undefined where it is no JSON. */
export type BodyElement = { readonly raw: Buffer; readonly value: unknown };

export type SplitBody =
  | { readonly kind: 'one'; readonly element: BodyElement }
  | { readonly kind: 'batch'; readonly elements: readonly BodyElement[] }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'too_many' };

/** Bodies in one delivery. Beyond that, one delivery would hold up everybody's. */
export const mostBodies = 1_000;

/**
 * One JSON object, or several as a list or one on each line. Each keeps its own bytes.
 * @param asLines The sender says that each line is a body, however many there are.
 */
export function splitBatch(raw: Buffer, { asLines }: { readonly asLines: boolean }): SplitBody {
  const whole = asLines ? ({ ok: false } as const) : parseJsonBytes(raw);
  if (whole.ok && !Array.isArray(whole.value)) return { kind: 'one', element: { raw, value: whole.value } };
  const elements = whole.ok ? listElements(raw, whole.value as unknown[]) : lineElements(raw);
  // A body that breaks off is no batch: its first line alone says nothing.
  if (elements[0]?.value === undefined && !whole.ok) return { kind: 'malformed' };
  if (!whole.ok && !asLines && elements.length === 1) return { kind: 'malformed' };
  if (elements.length > mostBodies) return { kind: 'too_many' };
  return { kind: 'batch', elements };
}

function lineElements(raw: Buffer): BodyElement[] {
  const elements: BodyElement[] = [];
  // One more than are taken is enough to see that there are too many.
  for (let start = 0; start < raw.length && elements.length <= mostBodies;) {
    const end = raw.indexOf(0x0a, start);
    const line = raw.subarray(start, end === -1 ? raw.length : end);
    start += line.length + 1;
    if (line.every((byte) => byte <= 0x20)) continue;
    const parsed = parseJsonBytes(line);
    elements.push({ raw: line, value: parsed.ok ? parsed.value : undefined });
  }
  return elements;
}

function listElements(raw: Buffer, values: readonly unknown[]): BodyElement[] {
  if (values.length > mostBodies) return values.map((value) => ({ raw, value }));
  const pieces = cutList(raw);
  return values.map((value, index) => ({ raw: pieces[index] ?? raw, value }));
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** The bytes of each element of a list that is known to be JSON. */
function cutList(raw: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let depth = 0;
  let isText = false;
  let start = 0;
  for (let at = raw.indexOf(0x5b); at < raw.length; at += 1) {
    const byte = raw[at] ?? 0;
    if (isText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) isText = false;
      continue;
    }
    if (byte === quote) isText = true;
    else if (opening.has(byte)) {
      depth += 1;
      if (depth === 1) start = at + 1;
    } else if (closing.has(byte)) depth -= 1;
    const ends = (depth === 1 && byte === comma) || depth === 0;
    if (!ends) continue;
    pieces.push(trimmed(raw.subarray(start, at)));
    start = at + 1;
    if (depth === 0) break;
  }
  return pieces;
}

function trimmed(bytes: Buffer): Buffer {
  let [from, to] = [0, bytes.length];
  while (from < to && (bytes[from] ?? 0) <= 0x20) from += 1;
  while (to > from && (bytes[to - 1] ?? 0) <= 0x20) to -= 1;
  return bytes.subarray(from, to);
}
