import { ExportRefused, type Chunks } from '@bridge/apple-export';
import type { HealthItem } from '../domain/health-item.ts';
import { createExportTokens } from './export-tokens.ts';
import { createStrictUtf8 } from './strict-utf8.ts';

export type JsonReading = {
  /** The elements, some at a time. Throws `ExportRefused`. */
  readonly items: AsyncIterable<HealthItem[]>;
  /** The body when it turned out to be none of Health Auto Export; known when `items` has ended. */
  readonly flat: () => Buffer | undefined;
};

/**
 * So much is text at a time. What is found in a text keeps all of it in memory, and one of more than 128 KB, half as many
 * letters outside Latin-1, would count as an old object from the start.
 */
const stepBytes = 16 * 1024;

/** @param flatLimit More bytes than this without a sign of Health Auto Export are too large. */
export function readJsonExport(chunks: Chunks, flatLimit: number): JsonReading {
  const tokens = createExportTokens();
  let flat: Buffer[] | undefined = [];
  let flatBytes = 0;

  function keep(chunk: Buffer): void {
    if (tokens.isExport()) flat = undefined;
    flatBytes += chunk.length;
    if (flat !== undefined && flatBytes > flatLimit) throw new ExportRefused('too_large');
    flat?.push(chunk);
  }

  async function* items(): AsyncGenerator<HealthItem[]> {
    const decode = createStrictUtf8();
    for await (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += stepBytes) {
        for (const item of tokens.push(decode(chunk.subarray(from, from + stepBytes)))) yield [item];
      }
      keep(chunk);
    }
    decode();
    // A body that is no object at all is left to the flat body's own rules.
    if (tokens.isExport() && !tokens.isComplete()) throw new ExportRefused('malformed');
  }

  return {
    items: items(),
    flat: () => (tokens.isExport() || flat === undefined ? undefined : Buffer.concat(flat)),
  };
}
