import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

export type Drift = { readonly file: string; readonly is: 'missing' | 'outdated' | 'not generated' };

/** Compares the folder with the documents. */
export async function findDrift(folder: string, documents: ReadonlyMap<string, string>): Promise<Drift[]> {
  const present = await filesBelow(folder);
  const drift: Drift[] = [];
  for (const [file, text] of documents) {
    if (!present.includes(file)) drift.push({ file, is: 'missing' });
    else if ((await readFile(join(folder, file), 'utf8')) !== text) drift.push({ file, is: 'outdated' });
  }
  return [
    ...drift,
    ...present.filter((file) => !documents.has(file)).map((file) => ({ file, is: 'not generated' as const })),
  ];
}

/** Writes the documents into the folder and removes all other files. Returns the changes. */
export async function writeDocuments(
  folder: string,
  documents: ReadonlyMap<string, string>,
): Promise<Drift[]> {
  const drift = await findDrift(folder, documents);
  for (const { file } of drift) {
    const path = join(folder, file);
    const text = documents.get(file);
    if (text === undefined) await rm(path);
    else {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  }
  return drift;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
