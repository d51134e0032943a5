import { readFile } from 'node:fs/promises';
import { CodedError } from '@bridge/core';
import { requireRules, type RuleSet } from '@bridge/mode-policy';

export type RuleFile = { readonly rules: RuleSet; readonly source: string };

/** Reads and checks the rules. Throws `bad_rules` with every fault, each with its line and field. */
export async function loadRuleFile(path: string): Promise<RuleFile> {
  const source = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CodedError('bad_rules', 'permanent', `cannot read the rules from ${path}`, { cause });
  });
  return { rules: requireRules(source, path), source };
}
