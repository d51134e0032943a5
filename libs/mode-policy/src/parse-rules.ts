import { CodedError } from '@bridge/core';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { recordedRulesSchema, ruleSetSchema } from './check-thresholds.ts';
import { createRuleSet, type RuleSet } from './rule-set.ts';
import { translationSchema, type Texts } from './texts-schema.ts';

/** A fault of a rules file. `field` is empty if the text is not YAML or the fault concerns the whole file. */
export type RulesFault = {
  readonly line: number;
  readonly field: string;
  readonly message: string;
  /** The translation that it is in; absent: the rules file itself. */
  readonly file?: string;
};

/** The text of a language's own file. */
export type Translation = { readonly name: string; readonly text: string };

export type ParsedRules =
  | { readonly kind: 'rules'; readonly rules: RuleSet }
  | { readonly kind: 'faults'; readonly faults: readonly RulesFault[] };

/** Turns the text of a rules file, and of the files with other languages, into rules, or into every fault that they have. */
export function parseRules(text: string, translations: readonly Translation[] = []): ParsedRules {
  const parsed = parse(text, ruleSetSchema);
  const others = translations.map(({ name, text: own }) => ({ name, result: parse(own, translationSchema) }));
  const faults: RulesFault[] = [...parsed.faults];
  const texts: Record<string, Texts> = {};
  for (const { name, result } of others) {
    faults.push(...result.faults.map((fault) => ({ ...fault, file: name })));
    if (result.value !== undefined) texts[result.value.language] = result.value.texts;
  }
  if (parsed.value === undefined || faults.length > 0) return { kind: 'faults', faults };
  return { kind: 'rules', rules: createRuleSet(parsed.value, texts) };
}

type Parsed<T> = { readonly value: T | undefined; readonly faults: readonly RulesFault[] };

function parse<T>(text: string, schema: z.ZodType<T>): Parsed<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => {
      return { line: lines.linePos(pos[0]).line, field: '', message };
    });
    return { value: undefined, faults };
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { value: parsed.data, faults: [] };
  const faults = parsed.error.issues.map(({ path, message }) => {
    return { line: lineOf(document, path.map(String), lines), field: path.join('.'), message };
  });
  return { value: undefined, faults };
}

/** The rules of a text. Throws `bad_rules` with every fault; `name` says in the message which text it was. */
export function requireRules(text: string, name: string, translations: readonly Translation[] = []): RuleSet {
  const parsed = parseRules(text, translations);
  if (parsed.kind === 'rules') return parsed.rules;
  const faults = parsed.faults.map(({ line, field, message, file = name }) => {
    return field === '' ? `${file}:${line} ${message}` : `${file}:${line} ${field}: ${message}`;
  });
  throw new CodedError('bad_rules', 'permanent', `the rules are not valid:\n  ${faults.join('\n  ')}`);
}

/**
 * The rules of a text that was recorded when it was in force, without its sentences: a later version of the code may ask
 * for more of those, and a decision is made again without them. Throws `bad_rules` for rules of an older policy.
 */
export function requireRecordedRules(text: string, name: string): RuleSet {
  const { value, faults } = parse(text, recordedRulesSchema);
  if (value !== undefined) return createRuleSet({ ...value, texts: undefined });
  const lines = faults.map(({ line, field, message }) => `${name}:${line} ${field}: ${message}`);
  throw new CodedError('bad_rules', 'permanent', `the rules are not valid:\n  ${lines.join('\n  ')}`);
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
