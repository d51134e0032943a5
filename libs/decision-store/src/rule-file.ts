import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { CodedError } from '@bridge/core';
import { requireRules, type RuleSet, type Translation } from '@bridge/mode-policy';

export type RuleFile = { readonly rules: RuleSet; readonly source: string };

/**
 * Reads and checks the rules, and the texts of other languages beside them: `neuros.de.yaml` beside `neuros.yaml`. Throws
 * `bad_rules` with every fault, each with its file, line and field.
 */
export async function loadRuleFile(path: string): Promise<RuleFile> {
  const source = await read(path);
  return { rules: requireRules(source, path, await translationsOf(path)), source };
}

async function translationsOf(path: string): Promise<Translation[]> {
  const extension = extname(path);
  const base = basename(path, extension);
  const names = await readdir(dirname(path)).catch((cause: unknown) => {
    throw unreadable(dirname(path), cause);
  });
  const isTranslation = (name: string) =>
    name.startsWith(`${base}.`) && /^[a-z]{2}$/.test(name.slice(base.length + 1, -extension.length));
  const own = names.filter((name) => name.endsWith(extension) && isTranslation(name)).sort();
  return Promise.all(own.map(async (name) => ({ name, text: await read(join(dirname(path), name)) })));
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

function unreadable(path: string, cause: unknown): CodedError {
  return new CodedError('bad_rules', 'permanent', `cannot read the rules from ${path}`, { cause });
}
