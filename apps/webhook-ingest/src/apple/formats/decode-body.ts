import { detectFormat, ExportRefused, type Chunks, type ExportFormat } from '@bridge/apple-export';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** A body, undone from its content encoding; its chunks are to be read once. */
export type BodyContent = { readonly format: ExportFormat; readonly chunks: Chunks };

export type BodyLimits = {
  /** Bytes of a body, as it comes and unpacked from gzip. */
  readonly body: number;
  /** Bytes that a zip file may hold. */
  readonly unzipped: number;
};

const gzip = new Set(['gzip', 'x-gzip']);

/** Finds out by its first bytes what a body is. Throws `ExportRefused`, also while its chunks are read. */
export async function decodeBody(
  body: Readable,
  encoding: string | undefined,
  limits: BodyLimits,
): Promise<BodyContent> {
  const named = encoding?.trim().toLowerCase() ?? '';
  const sent = limited(received(body), limits.body);
  if (named !== '' && named !== 'identity' && !gzip.has(named)) throw new ExportRefused('unknown_encoding');
  return await detectFormat(gzip.has(named) ? limited(gunzipped(sent), limits.body) : sent);
}

/** A sender that hangs up is no fault of ours. */
async function* received(body: Readable): AsyncGenerator<Buffer> {
  try {
    // Destroyed, the request would take its connection along, and with it the answer.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch {
    throw new ExportRefused('cut_off');
  }
}

export async function* limited(chunks: Chunks, most: number): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > most) throw new ExportRefused('too_large');
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
  if (fault !== undefined) throw fault instanceof ExportRefused ? fault : new ExportRefused('malformed');
}
