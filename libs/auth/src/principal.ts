import { type Scope } from './scopes.ts';

/** Who is calling: an API key, or a dashboard session that was opened with one. */
export type Principal = {
  /** `master` for AUREN_MASTER_API_KEY. Names the accessor in `phi_access_log`. */
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The only persons this caller may see; undefined is everyone. */
  readonly users: ReadonlySet<string> | undefined;
};

export function hasScope({ scopes }: Principal, scope: Scope): boolean {
  return scopes.has(scope) || scopes.has('admin');
}

export function mayAccess({ users }: Principal, userId: string): boolean {
  return users === undefined || users.has(userId);
}
