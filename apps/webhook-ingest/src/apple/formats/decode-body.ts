import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BodyRefused } from '../domain/body-refused.ts';

export type Chunks = AsyncIterable<Buffer>;

/** A body, undone from its content encoding; its chunks are to be read once. */
export type BodyContent = { readonly format: 'json' | 'xml' | 'zip'; readonly chunks: Chunks };

export type BodyLimits = {
  /** Bytes of a body, as it comes and unpacked from gzip. */
  readonly body: number;
  /** Bytes that a zip file may hold. */
  readonly unzipped: number;
};

const gzip = new Set(['gzip', 'x-gzip']);

/** Finds out by its first bytes what a body is. Throws `BodyRefused`, also while its chunks are read. */
export async function decodeBody(
  body: Readable,
  encoding: string | undefined,
  limits: BodyLimits,
): Promise<BodyContent> {
  const named = encoding?.trim().toLowerCase() ?? '';
  const sent = limited(received(body), limits.body);
  if (named !== '' && named !== 'identity' && !gzip.has(named)) throw new BodyRefused('unknown_encoding');
  const chunks = gzip.has(named) ? limited(gunzipped(sent), limits.body) : sent;
  const iterator = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  // Two bytes tell a zip file; white space and a byte-order mark may stand before anything else.
  while (firstByte(head) === undefined || head.length < 2) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
    if (head.length > 65_536) break;
  }
  return { format: formatOf(head), chunks: resumed(head, iterator) };
}

function formatOf(head: Buffer): BodyContent['format'] {
  if (head.subarray(0, 2).toString('latin1') === 'PK') return 'zip';
  if (firstByte(head) === 0x3c) return 'xml';
  return 'json';
}

/** Behind white space and a byte-order mark, also those of UTF-16. */
function firstByte(head: Buffer): number | undefined {
  const first = head.subarray(0, 3).toString('hex');
  const start = first === 'efbbbf' ? 3 : /^(?:fffe|feff)/.test(first) ? 2 : 0;
  return head.subarray(start).find((byte) => byte > 0x20);
}

async function* resumed(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // Lets go of the request, so that what is left of it can be passed over.
    await rest.return?.();
  }
}

/** A sender that hangs up is no fault of ours. */
async function* received(body: Readable): AsyncGenerator<Buffer> {
  try {
    // Destroyed, the request would take its connection along, and with it the answer.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch {
    throw new BodyRefused('cut_off');
  }
}

export async function* limited(chunks: Chunks, most: number): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > most) throw new BodyRefused('too_large');
    yield chunk;
  }
}

async function* gunzipped(chunks: Chunks): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  let fault: unknown;
  const fed = pipeline(Readable.from(chunks), gunzip).catch((error: unknown) => {
    fault = error;
  });
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
    await fed;
  } catch {
    // Either the sender's stream or the format failed; `fed` knows which.
    await fed;
  }
  if (fault !== undefined) throw fault instanceof BodyRefused ? fault : new BodyRefused('malformed');
}
