import type { Chunks } from './chunks.ts';

/** `other`: it begins as none of them does. */
export type ExportFormat = 'json' | 'xml' | 'zip' | 'other';

/** White space in front of the first letter. */
const longestSpace = 65_536;
/** Of the longest byte-order mark. */
const markBytes = 3;

/** Recognizes an export by its first bytes. The returned chunks are all of it. */
export async function detectFormat(
  chunks: Chunks,
): Promise<{ readonly format: ExportFormat; readonly chunks: Chunks }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let [length, isLetterFound] = [0, false];
  // White space and a byte-order mark may stand before anything else.
  while (!isLetterFound || length < markBytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    parts.push(next.value);
    // Only the beginning can hold a mark; each later chunk is searched once, however many there are.
    isLetterFound =
      length < markBytes ? firstByte(Buffer.concat(parts)) !== undefined : next.value.some(isLetter);
    length += next.value.length;
    if (length > longestSpace) break;
  }
  const head = Buffer.concat(parts);
  return { format: formatOf(head), chunks: resumed(head, iterator) };
}

function formatOf(head: Buffer): ExportFormat {
  if (head.subarray(0, 2).toString('latin1') === 'PK') return 'zip';
  const first = firstByte(head);
  if (first === 0x3c) return 'xml';
  return first === 0x7b ? 'json' : 'other';
}

/** Behind white space and a byte-order mark, also those of UTF-16. */
function firstByte(head: Buffer): number | undefined {
  const first = head.subarray(0, 3).toString('hex');
  const start = first === 'efbbbf' ? 3 : /^(?:fffe|feff)/.test(first) ? 2 : 0;
  return head.subarray(start).find(isLetter);
}

const isLetter = (byte: number) => byte > 0x20;

async function* resumed(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // Lets go of the source, so that what is left of it can be passed over.
    await rest.return?.();
  }
}
