import { type Scope } from './scopes.ts';

/** Who is calling: an API key, or a dashboard session. */
export type Principal = {
  /** The credential that a session ends with: a key's id, `grant_…` of an OIDC subject, or `operator`. */
  readonly keyId: string;
  /**
   * Names the caller in `phi_access_log` and beside what they did: `key:<label>`, `operator:<name>`, or `oidc:<grant id>`,
   * since a subject may name a person. `createAccessorNames` opens the latter.
   */
  readonly accessor: string;
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
