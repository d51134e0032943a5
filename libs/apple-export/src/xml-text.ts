import type { Chunks } from './chunks.ts';
import { ExportRefused } from './export-refused.ts';

/** A declaration stands in front of everything else. */
const declarationBytes = 1_024;

/**
 * The text of an XML file in the encoding of its byte-order mark, its first letter or its declaration, with references that XML
 * forbids put right. Throws `ExportRefused`.
 */
export async function* xmlText(chunks: Chunks): AsyncGenerator<string> {
  const repair = createReferenceRepair();
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    let head = Buffer.alloc(0);
    while (head.length < declarationBytes && !head.includes('?>')) {
      const next = await iterator.next();
      if (next.done === true) break;
      head = Buffer.concat([head, next.value]);
    }
    const decode = createDecoder(head);
    yield repair(decode(head));
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      yield repair(decode(next.value));
    yield repair(decode());
    yield repair();
  } finally {
    await iterator.return?.();
  }
}

function createDecoder(head: Buffer): (chunk?: Buffer) => string {
  const decoder = decoderOf(encodingOf(head));
  return function decode(chunk) {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new ExportRefused('malformed');
    }
  };
}

function decoderOf(encoding: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new ExportRefused('unknown_charset');
  }
}

function encodingOf(head: Buffer): string {
  const first = head.subarray(0, 4).toString('hex');
  if (first.startsWith('fffe') || first.startsWith('3c00')) return 'utf-16le';
  if (first.startsWith('feff') || first.startsWith('003c')) return 'utf-16be';
  const declared = /^[^<]*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]{1,40})["']/i.exec(
    head.subarray(0, declarationBytes).toString('latin1'),
  );
  const name = declared?.[1]?.toLowerCase() ?? 'utf-8';
  // An editor may have changed the encoding and left the word.
  return name.startsWith('utf-16') || name.startsWith('ucs-2') ? 'utf-8' : name;
}

/** A pair of references, one of either kind, or an ampersand that begins none. */
const references = /&(?:#(\d{1,10}|x[\da-f]{1,8});(?:&#(\d{1,10}|x[\da-f]{1,8});)?|([a-z][\w.-]{0,31};))?/gi;
/** Two references are no longer. */
const tailLength = 40;

/**
 * Sources are named by people, and apps write their names as references that XML forbids: to control characters, to each half
 * of an emoji; or with a bare ampersand. Call it without a text at the end.
 */
function createReferenceRepair(): (text?: string) => string {
  let tail = '';
  return function repair(text) {
    const all = tail + (text ?? '');
    const open = text === undefined ? -1 : all.indexOf('&', Math.max(0, all.length - tailLength));
    const cut = open === -1 ? all.length : open;
    tail = all.slice(cut);
    const ready = all.slice(0, cut);
    return ready.includes('&') ? ready.replace(references, repaired) : ready;
  };
}

function repaired(
  all: string,
  one: string | undefined,
  two: string | undefined,
  name: string | undefined,
): string {
  if (name !== undefined) return all;
  if (one === undefined) return '&amp;';
  const [high, low] = [codeOf(one), two === undefined ? undefined : codeOf(two)];
  if (low === undefined) return spelled(high);
  return isHigh(high) && isLow(low) ? String.fromCharCode(high, low) : spelled(high) + spelled(low);
}

function codeOf(reference: string): number {
  return /^x/i.test(reference) ? parseInt(reference.slice(1), 16) : Number(reference);
}

function spelled(code: number): string {
  const isControl = code < 32 && code !== 9 && code !== 10 && code !== 13;
  const isNone = isHigh(code) || isLow(code) || code > 0x10ffff || code === 0xfffe || code === 0xffff;
  if (isControl || isNone) return '\ufffd';
  return `&#${code};`;
}

const isHigh = (code: number) => code >= 0xd800 && code <= 0xdbff;
const isLow = (code: number) => code >= 0xdc00 && code <= 0xdfff;
