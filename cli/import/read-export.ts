import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

export type ExportKind = 'zip' | 'xml' | 'json';

/** Recognises an export by its first characters. Throws for any other file. */
export async function kindOfExport(file: string): Promise<ExportKind> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    const head = buffer
      .toString('utf8', 0, bytesRead)
      .replace(/^\uFEFF/, '')
      .trimStart();
    if (head.startsWith('PK')) return 'zip';
    if (head.startsWith('<')) return 'xml';
    if (head.startsWith('{')) return 'json';
  } finally {
    await handle.close();
  }
  throw new Error(
    'This is neither export.zip nor export.xml of Apple Health, nor JSON of Health Auto Export.',
  );
}

/** Reads the text of `export.xml`, also inside `export.zip`. @param read Called with the size of each chunk in bytes. */
export async function* exportText(
  file: string,
  kind: 'zip' | 'xml',
  read: (bytes: number) => void,
): AsyncGenerator<string> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const chunks = kind === 'zip' ? unzipped(file, read) : plain(file, read);
  for await (const chunk of chunks) yield utf8.decode(chunk, { stream: true });
  yield utf8.decode();
}

async function* plain(file: string, read: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(file)) {
    const bytes = chunk as Buffer;
    read(bytes.length);
    yield bytes;
  }
}

/** Matches the file of records, whose name is in the phone's language, but not clinical records, routes and pictures. */
async function* unzipped(file: string, read: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = [];
  const records = { found: false };
  const unzip = new Unzip((entry) => {
    if (!/\.xml$/i.test(entry.name) || /_cda\.xml$/i.test(entry.name)) return;
    records.found = true;
    entry.ondata = (error, data) => {
      if (error as unknown) throw new Error('The zip file is damaged.', { cause: error });
      out.push(data);
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);
  for await (const chunk of plain(file, read)) {
    unzip.push(chunk);
    yield* out.splice(0);
  }
  unzip.push(new Uint8Array(0), true);
  yield* out.splice(0);
  if (!records.found) throw new Error('The zip file contains no export.xml.');
}
