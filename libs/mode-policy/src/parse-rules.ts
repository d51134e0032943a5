import { CodedError } from '@bridge/core';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { ruleSetSchema } from './check-thresholds.ts';
import { createRuleSet, type RuleSet } from './rule-set.ts';

/** A fault of a rules file. `field` is empty if the text is not YAML or the fault concerns the whole file. */
export type RulesFault = { readonly line: number; readonly field: string; readonly message: string };

export type ParsedRules =
  | { readonly kind: 'rules'; readonly rules: RuleSet }
  | { readonly kind: 'faults'; readonly faults: readonly RulesFault[] };

/** Turns the text of a rules file into rules, or into every fault that it has. */
export function parseRules(text: string): ParsedRules {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => {
      return { line: lines.linePos(pos[0]).line, field: '', message };
    });
    return { kind: 'faults', faults };
  }
  const parsed = ruleSetSchema.safeParse(document.toJS());
  if (parsed.success) return { kind: 'rules', rules: createRuleSet(parsed.data) };
  const faults = parsed.error.issues.map(({ path, message }) => {
    return { line: lineOf(document, path.map(String), lines), field: path.join('.'), message };
  });
  return { kind: 'faults', faults };
}

/** The rules of a text. Throws `bad_rules` with every fault; `name` says in the message which text it was. */
export function requireRules(text: string, name: string): RuleSet {
  const parsed = parseRules(text);
  if (parsed.kind === 'rules') return parsed.rules;
  const faults = parsed.faults.map(({ line, field, message }) => {
    return field === '' ? `${name}:${line} ${message}` : `${name}:${line} ${field}: ${message}`;
  });
  throw new CodedError('bad_rules', 'permanent', `the rules are not valid:\n  ${faults.join('\n  ')}`);
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
