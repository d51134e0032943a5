import type { AlertMatch } from '@bridge/contracts';
import type { AlertSnapshot, NotifiedPerson } from './alert-snapshot.ts';

/** The facts of an alert that a match may name. */
export type AlertFacts = Pick<AlertSnapshot, 'kind' | 'severity' | 'source' | 'asksQuestion'>;
/** The facts of its person that a match may name. */
export type PersonFacts = Pick<NotifiedPerson, 'userId' | 'groups'>;

export type MatchField = keyof AlertMatch;

type TextMatches = NonNullable<AlertMatch['kind']>;
type TextSet = { readonly exact: ReadonlySet<string>; readonly prefixes: readonly string[] };

/** The first field that does not match, or null. A match without fields matches everything. */
export function mismatch(match: AlertMatch, alert: AlertFacts, person: PersonFacts): MatchField | null {
  const { severity, kind, source, question } = match;
  if (severity !== undefined && !severity.includes(alert.severity)) return 'severity';
  if (kind !== undefined && !holds(kind, alert.kind)) return 'kind';
  if (source !== undefined && !holds(source, alert.source)) return 'source';
  if (question !== undefined && question !== alert.asksQuestion) return 'question';
  return personMismatch(match, person);
}

export function personMismatch({ user_id, group }: AlertMatch, person: PersonFacts): MatchField | null {
  if (user_id !== undefined && !holds(user_id, person.userId)) return 'user_id';
  if (group !== undefined && !group.some((name) => person.groups.has(name))) return 'group';
  return null;
}

/** The texts that are matched as they are, or null where a prefix is among them. */
export function exactTexts(values: TextMatches): ReadonlySet<string> | null {
  const { exact, prefixes } = textSet(values);
  return prefixes.length === 0 ? exact : null;
}

function holds(values: TextMatches, text: string): boolean {
  const { exact, prefixes } = textSet(values);
  return exact.has(text) || prefixes.some((prefix) => text.startsWith(prefix));
}

// A match may name a thousand persons and is kept for many alerts, so its sets are made once.
const textSets = new WeakMap<TextMatches, TextSet>();

function textSet(values: TextMatches): TextSet {
  const known = textSets.get(values);
  if (known !== undefined) return known;
  const made = {
    exact: new Set(values.filter((value) => typeof value === 'string')),
    prefixes: values.filter((value) => typeof value !== 'string').map(({ prefix }) => prefix),
  };
  textSets.set(values, made);
  return made;
}
