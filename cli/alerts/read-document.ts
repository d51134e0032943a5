import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';

/** Reads a file of YAML or JSON; `-` is stdin. Throws one line that names file and place. */
export async function readDocument(file: string): Promise<unknown> {
  const content = file === '-' ? await text(process.stdin) : await readText(file);
  try {
    return parse(content, { prettyErrors: true }) as unknown;
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Error(`${file} is no YAML and no JSON: ${reason.replace(/:$/, '')}.`, { cause: error });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}.`, {
      cause: error,
    });
  }
}
