import type { Readable } from 'node:stream';
import type { HealthItem } from '../../domain/apple/health-item.ts';
import { limited, openBody, type BodyLimits, type Chunks } from './open-body.ts';
import { readJsonExport } from './read-json-export.ts';
import { readXmlExport } from './read-xml-export.ts';
import { unzipExport } from './unzip-export.ts';

export type HealthLimits = BodyLimits & {
  /** Bytes of a flat body. */
  readonly flat: number;
};

export type HealthReading = {
  /** What the body holds, some at a time and in order. Throws `BodyRefused`. */
  readonly items: AsyncIterable<HealthItem[]>;
  /** The whole body when it is a flat one; known when `items` has ended. */
  readonly flat: () => Buffer | undefined;
};

export type ReadHealth = (body: Readable, encoding: string | undefined) => Promise<HealthReading>;

/** Reads Health Auto Export, `export.xml` and `export.zip`, by content and never as a whole. */
export function createReadHealth(limits: HealthLimits): ReadHealth {
  return async function readHealth(body, encoding) {
    const { format, chunks } = await openBody(body, encoding, limits);
    if (format === 'json') return readJsonExport(chunks, limits.flat);
    const xml: Chunks = format === 'zip' ? limited(unzipExport(chunks), limits.unzipped) : chunks;
    return { items: readXmlExport(xml), flat: () => undefined };
  };
}
