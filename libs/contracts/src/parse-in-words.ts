import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

/** `safeParse` with our own sentences for rules that have none: what is wrong, and what is expected. They hold no value. */
export function parseInWords<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  return schema.safeParse(value, { error: sentenceOf });
}

function sentenceOf(issue: Issue): string {
  if (issue.input === undefined && issue.code !== 'custom') return `is missing: it ${rule(issue)}`;
  // NaN is what a parameter became that is no number.
  if (issue.code !== 'invalid_type' || Number.isNaN(issue.input)) return rule(issue);
  return `${rule(issue)}, not ${kindOf(issue.input)}`;
}

function rule(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${nameOf(issue.expected)}`;
    case 'invalid_value':
      return `must be ${listed(issue.values.map(String))}`;
    case 'too_small':
      return bound('at least', issue.origin, issue.minimum);
    case 'too_big':
      return bound('at most', issue.origin, issue.maximum);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return unionRule(issue.errors);
    case 'unrecognized_keys':
      return `holds a field that is not known here${unknownFields(issue.keys)}`;
    case 'invalid_key':
      return 'holds a name that is not taken here';
    case 'invalid_format':
    case 'invalid_element':
    case 'custom':
      return 'is not written as expected';
  }
}

function bound(side: string, origin: string, limit: number | bigint): string {
  switch (origin) {
    case 'string':
      return limit === 1 ? 'must not be empty' : `must have ${side} ${limit} characters`;
    case 'array':
    case 'set':
    case 'map':
      return `must hold ${side} ${limit} ${limit === 1 ? 'element' : 'elements'}`;
    default:
      return `must be ${side} ${limit}`;
  }
}

type Branch = readonly { readonly path: readonly PropertyKey[]; readonly expected?: unknown }[];

function unionRule(branches: readonly Branch[]): string {
  const expected = branches.map(([first]) => (first?.path.length === 0 ? first.expected : undefined));
  if (!expected.every((one) => typeof one === 'string')) return 'has none of the forms that are taken here';
  return `must be ${listed([...new Set(expected.map(nameOf))])}`;
}

/** Names of fields come from outside, so only plain ones are repeated. */
function unknownFields(keys: readonly string[]): string {
  const plain = keys.slice(0, 5).filter((key) => /^[\w.-]{1,64}$/.test(key));
  return plain.length === 0 ? '' : `: ${plain.join(', ')}`;
}

function listed(names: readonly string[]): string {
  const [last = '', ...before] = names.toReversed();
  return before.length === 0 ? last : `${before.reverse().join(', ')} or ${last}`;
}

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** By the validator's name of a type. */
function nameOf(type: string): string {
  return Object.hasOwn(names, type) ? (names[type] ?? type) : 'of another kind';
}

function kindOf(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'number' && !Number.isFinite(input)) return 'an infinite one';
  if (typeof input === 'number' && !Number.isInteger(input)) return 'a fraction';
  return nameOf(typeof input);
}
