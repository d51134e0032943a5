import type { Chunks } from '@bridge/apple-export';
import type { Readable } from 'node:stream';
import type { HealthItem } from '../domain/health-item.ts';
import { limited, decodeBody, type BodyLimits } from './decode-body.ts';
import { readJsonExport } from './read-json-export.ts';
import { readXmlExport } from './read-xml-export.ts';
import { unzipUpload } from './unzip-upload.ts';

export type HealthLimits = BodyLimits & {
  /** Bytes of a flat body; what holds more is a large one. */
  readonly flat: number;
};

export type HealthReading = {
  /** What the body holds, some at a time and in order. Throws `ExportRefused`. */
  readonly items: AsyncIterable<HealthItem[]>;
  /** The whole body when it is a flat one; known when `items` has ended. */
  readonly flat: () => Buffer | undefined;
};

/** @param onLarge Called once, before more is read of a body than a flat one may hold; it may throw. */
export type ReadHealth = (
  body: Readable,
  encoding: string | undefined,
  onLarge: () => void,
) => Promise<HealthReading>;

/** Reads Health Auto Export, `export.xml` and `export.zip`, by content and never as a whole. */
export function createReadHealth(limits: HealthLimits): ReadHealth {
  return async function readHealth(body, encoding, onLarge) {
    const { format, chunks } = await decodeBody(body, encoding, limits);
    const isZip = format === 'zip';
    const announce = once(onLarge);
    const received = announced(chunks, limits.flat, announce);
    const unzipped = isZip ? limited(unzipUpload(received), limits.unzipped) : received;
    const text = isZip ? announced(unzipped, limits.flat, announce) : unzipped;
    if (isZip || format === 'xml') return { items: readXmlExport(text), flat: () => undefined };
    return readJsonExport(text, limits.flat);
  };
}

async function* announced(chunks: Chunks, small: number, onLarge: () => void): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of chunks) {
    const before = length;
    length += chunk.length;
    if (before <= small && length > small) onLarge();
    yield chunk;
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
