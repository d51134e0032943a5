import { readdir, readFile, stat } from 'node:fs/promises';
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

/**
 * What a change of the rules changes, without reading them: the names of all their files, and of each the time, size and
 * number on its disk. A file that cannot be looked at counts as missing.
 */
export async function ruleFileStamp(path: string): Promise<string> {
  const names = await translationNames(path).catch(() => []);
  const stamps = [basename(path), ...names].map(async (name) => {
    const found = await stat(join(dirname(path), name), { bigint: true }).catch(() => undefined);
    return [name, found?.mtimeNs, found?.size, found?.ino].join(' ');
  });
  return (await Promise.all(stamps)).join('\n');
}

async function translationsOf(path: string): Promise<Translation[]> {
  const names = await translationNames(path);
  return Promise.all(names.map(async (name) => ({ name, text: await read(join(dirname(path), name)) })));
}

async function translationNames(path: string): Promise<string[]> {
  const extension = extname(path);
  const base = basename(path, extension);
  const names = await readdir(dirname(path)).catch((cause: unknown) => {
    throw unreadable(dirname(path), cause);
  });
  const isTranslation = (name: string) =>
    name.startsWith(`${base}.`) && /^[a-z]{2}$/.test(name.slice(base.length + 1, -extension.length));
  return names.filter((name) => name.endsWith(extension) && isTranslation(name)).sort();
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

function unreadable(path: string, cause: unknown): CodedError {
  return new CodedError('bad_rules', 'permanent', `cannot read the rules from ${path}`, { cause });
}
