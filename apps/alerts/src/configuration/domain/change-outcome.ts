import type { Problem } from '@bridge/contracts';

export type ChangeRefusal =
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  /** It does not go together with what is there; `detail` names no person. */
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'missing' }
  /** Somebody else changed it since the caller read it. */
  | { readonly kind: 'stale' };

export type ChangeOutcome<T> = { readonly kind: 'changed'; readonly value: T } | ChangeRefusal;

export function changed<T>(value: T): ChangeOutcome<T> {
  return { kind: 'changed', value };
}

export function invalid(path: string, message: string): ChangeRefusal {
  return { kind: 'invalid', problems: [{ path, message }] };
}
