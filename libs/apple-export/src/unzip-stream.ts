import { setImmediate as letOthersRun } from 'node:timers/promises';
import { Unzip, UnzipInflate, UnzipPassThrough, type UnzipFile } from 'fflate';
import type { Chunks } from './chunks.ts';
import { ExportRefused } from './export-refused.ts';
import { isBomb, isRecords } from './zip-entries.ts';

/** So little goes in at a time, since all that it unpacks to comes out at once. */
const stepBytes = 4 * 1024;

/**
 * The records of a zip file as far as it came, entry by entry: what lacks its directory was cut off, and all that arrived
 * counts. Throws `ExportRefused`.
 */
export async function* unzipStream(chunks: Chunks): AsyncGenerator<Buffer> {
  let out: Buffer[] = [];
  const records = { found: false };
  const failures: unknown[] = [];
  let bytesIn = 0;
  let bytesOut = 0;
  const unzip = new Unzip((file: UnzipFile) => {
    if (!isRecords(file.name)) return;
    records.found = true;
    file.ondata = (error, data) => {
      if (error as unknown) {
        failures.push(error);
        return;
      }
      bytesOut += data.byteLength;
      out.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);

  function step(bytes: Uint8Array, final: boolean): Buffer[] {
    out = [];
    bytesIn += bytes.length;
    try {
      unzip.push(bytes, final);
    } catch (error) {
      failures.push(error);
    }
    if (failures.length > 0) throw new ExportRefused('malformed');
    if (isBomb(bytesIn, bytesOut)) throw new ExportRefused('too_large');
    return out;
  }

  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += stepBytes) {
      yield* step(chunk.subarray(from, from + stepBytes), false);
      await letOthersRun();
    }
  }
  yield* step(new Uint8Array(0), true);
  if (!records.found) throw new ExportRefused('malformed');
}
