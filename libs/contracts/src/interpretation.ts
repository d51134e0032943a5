import { metricName } from './metrics.ts';

/** Understood, but requires nothing. */
export type DropReason = 'out_of_range' | 'tombstone';

/** Why a message can never be handled. A closed set: each is a metric label and a dead-letter header. */
export const deadLetterReasons = [
  'too_large',
  'invalid_event',
  'reserved_source',
  'no_identity',
  'future_timestamp',
  'no_readings',
  'too_many_readings',
  'unknown_unit',
  'implausible_value',
] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

/** A fault of one field. Names the field and the rule, never the value. */
export type Problem = { readonly path: string; readonly message: string };

/** An `Outcome` of libs/core with the fields at fault. Contracts import nothing, so it is spelled out. */
export type Interpretation<T, Drop extends DropReason = DropReason> =
  { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'drop'; readonly reason: Drop } | Refusal;

export type Refusal = {
  readonly kind: 'deadLetter';
  readonly reason: DeadLetterReason;
  readonly problems: readonly Problem[];
};

export function refuse(reason: DeadLetterReason, problems: readonly Problem[]): Refusal {
  return { kind: 'deadLetter', reason, problems };
}

/**
 * The first field at fault, to be shown where no data of a person may stand: of metrics, only names of the dictionary are
 * repeated, since a partner may put anything there.
 */
export function fieldAtFault(problems: readonly Problem[]): Problem | undefined {
  const [first] = problems;
  if (first === undefined) return undefined;
  const [, metric] = /^metrics\.(.+)$/.exec(first.path) ?? [];
  return metric === undefined || metricName(metric) !== undefined
    ? first
    : { ...first, path: 'metrics.(field)' };
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

/** The issues of a zod error as problems; at most 20, since a body decides how many there are. */
export function problemsOf(error: { readonly issues: readonly Issue[] }): Problem[] {
  return error.issues.slice(0, 20).map((issue) => ({ path: pathOf(issue.path), message: issue.message }));
}

/** A path that can be shown: a field's name comes from outside, so only a plain one is repeated. */
export function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) =>
      typeof part === 'number' || /^[\w.-]{1,64}$/.test(String(part)) ? String(part) : '(field)',
    )
    .join('.');
}
