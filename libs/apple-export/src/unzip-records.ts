import { Readable } from 'node:stream';
import {
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type Entry,
  type ZipFile,
} from 'yauzl';
import type { Chunks } from './chunks.ts';
import { ExportRefused } from './export-refused.ts';
import { unzipStream } from './unzip-stream.ts';
import { isBomb, isRecords } from './zip-entries.ts';

/** Years of routes are some ten thousand files. */
const mostEntries = 250_000;
const mostCandidates = 20;
/** Apple's document type stands in front of its root element. */
const headBytes = 64 * 1024;

/** A file that can be read anywhere. */
export type SeekableFile = {
  /** In bytes. */
  readonly size: number;
  /** As many bytes as there are. */
  readonly read: (position: number, length: number) => Promise<Buffer>;
  readonly chunks: () => Chunks;
};

/**
 * The XML of the records in Apple's `export.zip`, found by the directory at its end: only that says what it holds, and where.
 * Phones write sizes behind the data, and what looks like a new file may stand in an attachment. A file without a directory
 * was cut off, and is read as far as it came. Throws `ExportRefused`.
 */
export async function* unzipRecords(file: SeekableFile): AsyncGenerator<Buffer> {
  const zip = await openZip(file);
  yield* zip === undefined ? unzipStream(file.chunks()) : recordsOf(zip);
}

class FileReader extends RandomAccessReader {
  readonly #file: SeekableFile;

  constructor(file: SeekableFile) {
    super();
    this.#file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const file = this.#file;
    async function* bytes() {
      for (let at = start; at < end;) {
        const some = await file.read(at, Math.min(headBytes, end - at));
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
    this.#file.read(position, length).then(
      (bytes) => {
        bytes.copy(buffer, offset);
        callback(bytes.length < length ? new Error('The zip file ends too soon.') : null);
      },
      (error: unknown) => callback(error as Error),
    );
  }
}

/** Undefined if it has no directory. */
async function openZip(file: SeekableFile): Promise<ZipFile | undefined> {
  try {
    return await fromRandomAccessReaderPromise(new FileReader(file), file.size, {
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
  if (first === undefined) throw new ExportRefused('malformed');
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
      if (count > mostEntries) throw new ExportRefused('too_large');
      if (found.length < mostCandidates && isRecords(nameOf(entry))) found.push(entry);
    }
  } catch (error) {
    throw error instanceof ExportRefused ? error : new ExportRefused('malformed');
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
    if (!(error instanceof ExportRefused)) throw error;
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
      if (isBomb(entry.compressedSize, bytesOut)) throw new ExportRefused('too_large');
      yield bytes;
    }
  } catch (error) {
    throw error instanceof ExportRefused ? error : new ExportRefused('malformed');
  }
}
