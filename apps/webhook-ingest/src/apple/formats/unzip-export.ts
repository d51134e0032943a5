import { setImmediate as letOthersRun } from 'node:timers/promises';
import { Unzip, UnzipInflate, UnzipPassThrough, type UnzipFile } from 'fflate';
import { BodyRefused } from '../domain/body-refused.ts';
import type { Chunks } from './decode-body.ts';

/** So little goes in at a time, since all that it unpacks to comes out at once. */
const stepBytes = 4 * 1024;
/** Apple's records unpack to some 30 times their size; what unpacks to much more is made to keep us busy. */
const mostRatio = 200;
/** From here on the ratio counts. */
const mebibyte = 1024 * 1024;

/**
 * The XML of the records in Apple's `export.zip`. Its name is in the phone's language; beside it lies the same in the
 * format of clinics, which is left out, and routes and pictures, which are skipped. Throws `BodyRefused`.
 */
export async function* unzipExport(chunks: Chunks): AsyncGenerator<Buffer> {
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
    if (failures.length > 0) throw new BodyRefused('malformed');
    if (bytesOut > mebibyte + bytesIn * mostRatio) throw new BodyRefused('too_large');
    return out;
  }

  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += stepBytes) {
      yield* step(chunk.subarray(from, from + stepBytes), false);
      await letOthersRun();
    }
  }
  yield* step(new Uint8Array(0), true);
  if (!records.found) throw new BodyRefused('malformed');
}

function isRecords(name: string): boolean {
  const [file = ''] = name.split('/').slice(-1);
  return file.toLowerCase().endsWith('.xml') && !file.toLowerCase().endsWith('_cda.xml');
}
