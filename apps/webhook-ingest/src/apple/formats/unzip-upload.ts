import { ExportRefused, unzipRecords, unzipStream, type Chunks } from '@bridge/apple-export';
import { createSealedSpool, type SealedSpool } from './sealed-spool.ts';

/** The XML of the records in an uploaded `export.zip`, which is put on disk first. Throws `ExportRefused`. */
export async function* unzipUpload(chunks: Chunks): AsyncGenerator<Buffer> {
  const spool = await createSealedSpool();
  try {
    const fault = await fill(spool, chunks);
    const size = await spool.finish();
    if (fault === undefined) yield* unzipRecords({ size, read: spool.read, chunks: spool.chunks });
    else {
      yield* unzipStream(spool.chunks());
      throw fault;
    }
  } finally {
    await spool.close();
  }
}

/** Returns the reason if not all of it came: what came counts all the same. */
async function fill(spool: SealedSpool, chunks: Chunks): Promise<ExportRefused | undefined> {
  try {
    for await (const chunk of chunks) await spool.write(chunk);
    return undefined;
  } catch (error) {
    if (error instanceof ExportRefused) return error;
    throw error;
  }
}
