import { Readable } from 'node:stream';
import {
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type Entry,
  type ZipFile,
} from 'yauzl';
import { BodyRefused } from '../domain/body-refused.ts';
import type { Chunks } from './decode-body.ts';
import { createSealedSpool, type SealedSpool } from './sealed-spool.ts';
import { unzipStream } from './unzip-stream.ts';
import { isBomb, isRecords } from './zip-entries.ts';

/** Years of routes are some ten thousand files. */
const mostEntries = 250_000;
const mostCandidates = 20;
/** Apple's document type stands in front of its root element. */
const headBytes = 64 * 1024;

/**
 * The XML of the records in Apple's `export.zip`, which is put on disk first: only the directory at its end says what it
 * holds, and where. Phones write sizes behind the data, and what looks like a new file may stand in an attachment.
 * Throws `BodyRefused`.
 */
export async function* unzipExport(chunks: Chunks): AsyncGenerator<Buffer> {
  const spool = await createSealedSpool();
  try {
    const fault = await fill(spool, chunks);
    const size = await spool.finish();
    const zip = fault === undefined ? await openZip(spool, size) : undefined;
    if (zip === undefined) {
      yield* unzipStream(spool.chunks());
      if (fault !== undefined) throw fault;
    } else yield* recordsOf(zip);
  } finally {
    await spool.close();
  }
}

/** Returns the reason if not all of it came: what came counts all the same. */
async function fill(spool: SealedSpool, chunks: Chunks): Promise<BodyRefused | undefined> {
  try {
    for await (const chunk of chunks) await spool.write(chunk);
    return undefined;
  } catch (error) {
    if (error instanceof BodyRefused) return error;
    throw error;
  }
}

class SpoolReader extends RandomAccessReader {
  readonly #spool: SealedSpool;

  constructor(spool: SealedSpool) {
    super();
    this.#spool = spool;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const spool = this.#spool;
    async function* bytes() {
      for (let at = start; at < end;) {
        const some = await spool.read(at, Math.min(headBytes, end - at));
        if (some.length === 0) return;
        at += some.length;
        yield some;
      }
    }
    return Readable.from(bytes(), { objectMode: false });
  }

  /** The directory is read in pieces of some bytes, for which a stream would be too much. */
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#spool.read(position, length).then(
      (bytes) => {
        bytes.copy(buffer, offset);
        callback(bytes.length < length ? new Error('The zip file ends too soon.') : null);
      },
      (error: unknown) => callback(error as Error),
    );
  }
}

/** Undefined if it has no directory. */
async function openZip(spool: SealedSpool, size: number): Promise<ZipFile | undefined> {
  try {
    return await fromRandomAccessReaderPromise(new SpoolReader(spool), size, {
      autoClose: false,
      // Names are read below: one that leaves its folder is none of ours, and no reason to refuse the others.
      decodeStrings: false,
    });
  } catch {
    // The stream tells what is wrong with it.
    return undefined;
  }
}

async function* recordsOf(zip: ZipFile): AsyncGenerator<Buffer> {
  const [first, ...others] = await candidatesOf(zip);
  if (first === undefined) throw new BodyRefused('malformed');
  for (const entry of others.length === 0 ? [] : [first, ...others]) {
    if (await holdsRecords(zip, entry)) {
      yield* bytesOf(zip, entry);
      return;
    }
  }
  yield* bytesOf(zip, first);
}

async function candidatesOf(zip: ZipFile): Promise<Entry[]> {
  const found: Entry[] = [];
  let count = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      count += 1;
      if (count > mostEntries) throw new BodyRefused('too_large');
      if (found.length < mostCandidates && isRecords(nameOf(entry))) found.push(entry);
    }
  } catch (error) {
    throw error instanceof BodyRefused ? error : new BodyRefused('malformed');
  }
  return found;
}

function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

/** Other XML may stand in front of them. */
async function holdsRecords(zip: ZipFile, entry: Entry): Promise<boolean> {
  let head = '';
  try {
    for await (const chunk of bytesOf(zip, entry)) {
      head += chunk.toString('latin1').replaceAll('\0', '');
      if (head.includes('<HealthData')) return true;
      if (head.length > headBytes) return false;
    }
  } catch (error) {
    if (!(error instanceof BodyRefused)) throw error;
    // Whatever is wrong with this one, another may hold the records.
  }
  return false;
}

async function* bytesOf(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  let bytesOut = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) {
      const bytes = chunk as Buffer;
      bytesOut += bytes.length;
      if (isBomb(entry.compressedSize, bytesOut)) throw new BodyRefused('too_large');
      yield bytes;
    }
  } catch (error) {
    throw error instanceof BodyRefused ? error : new BodyRefused('malformed');
  }
}
