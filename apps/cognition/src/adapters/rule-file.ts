import { readFile } from 'node:fs/promises';
import { CodedError } from '@bridge/core';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { createRuleSet, ruleSetSchema, type RuleSet } from '../domain/rule-set.ts';

export type RuleFile = { readonly rules: RuleSet; readonly source: string };

/** Reads and checks the rules. Throws `bad_rules` with every problem, each with its line and field. */
export async function loadRuleFile(path: string): Promise<RuleFile> {
  const source = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CodedError('bad_rules', 'permanent', `cannot read the rules from ${path}`, { cause });
  });
  return { rules: parseRules(source, path), source };
}

export function parseRules(source: string, path: string): RuleSet {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw badRules(
      document.errors.map(({ pos, message }) => `${path}:${lines.linePos(pos[0]).line} ${message}`),
    );
  }
  const parsed = ruleSetSchema.safeParse(document.toJS());
  if (parsed.success) return createRuleSet(parsed.data);
  throw badRules(
    parsed.error.issues.map((issue) => {
      const line = lineOf(document, issue.path.map(String), lines);
      return `${path}:${line} ${issue.path.join('.') || 'the file'}: ${issue.message}`;
    }),
  );
}

/** The line of a field, or of the nearest parent that exists. */
function lineOf(document: Document, path: readonly string[], lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (node !== null && typeof node === 'object' && 'range' in node && Array.isArray(node.range)) {
      return lines.linePos(Number(node.range[0])).line;
    }
  }
  return 1;
}

function badRules(problems: readonly string[]): CodedError {
  return new CodedError('bad_rules', 'permanent', `the rules are not valid:\n  ${problems.join('\n  ')}`);
}
