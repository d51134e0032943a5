import { detectFormat, ExportRefused, unzipRecords, xmlText, type RefusalReason } from '@bridge/apple-export';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

export type ExportKind = 'zip' | 'xml' | 'json';

/** Recognizes an export by its first characters. Throws for any other file. */
export async function kindOfExport(file: string): Promise<ExportKind> {
  const stream = createReadStream(file);
  try {
    const { format } = await detectFormat(stream);
    if (format !== 'other') return format;
  } finally {
    stream.destroy();
  }
  throw new Error(
    'This is neither export.zip nor export.xml of Apple Health, nor JSON of Health Auto Export.',
  );
}

/**
 * Reads the text of `export.xml`, also inside `export.zip`, as the service reads uploads. Throws for a file that is damaged.
 *
 * @param read Called with the size of each chunk in bytes.
 */
export async function* exportText(
  file: string,
  kind: 'zip' | 'xml',
  read: (bytes: number) => void,
): AsyncGenerator<string> {
  const handle = await open(file);
  try {
    yield* xmlText(kind === 'zip' ? unzipped(handle, read) : plain(handle, read));
  } catch (error) {
    if (!(error instanceof ExportRefused)) throw error;
    throw new Error(sentences[kind][error.reason] ?? error.message, { cause: error });
  } finally {
    await handle.close();
  }
}

const charset = 'The XML declares an encoding that is not read: save it in UTF-8.';
const sentences: Readonly<Record<'zip' | 'xml', Partial<Record<RefusalReason, string>>>> = {
  zip: {
    malformed:
      'The zip file is damaged or cut off, or contains no export.xml in the encoding that it declares.',
    too_large: 'The zip file unpacks to more than any export does.',
    unknown_charset: charset,
  },
  xml: {
    malformed: 'The XML is not in the encoding that it declares: save it in UTF-8.',
    unknown_charset: charset,
  },
};

async function* unzipped(handle: FileHandle, read: (bytes: number) => void): AsyncGenerator<Buffer> {
  const { size } = await handle.stat();
  yield* unzipRecords({
    size,
    chunks: () => plain(handle, read),
    read: async (position, length) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
      read(bytesRead);
      return buffer.subarray(0, bytesRead);
    },
  });
}

async function* plain(handle: FileHandle, read: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of handle.createReadStream({ start: 0, autoClose: false })) {
    const bytes = chunk as Buffer;
    read(bytes.length);
    yield bytes;
  }
}
