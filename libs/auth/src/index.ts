export {
  createAuthenticator,
  type Authenticate,
  type AuthenticatorOptions,
  type AuthResult,
} from './authenticator.ts';
export { credentialsOf, type Credentials } from './credentials.ts';
export {
  createAccessorNames,
  createGrants,
  type AccessorNames,
  type Grant,
  type Grants,
  type NewGrant,
  type OidcSubject,
} from './grants.ts';
export { createKeyRing, type ApiKey, type KeyPage, type KeyRing, type NewKey } from './key-ring.ts';
export { masterKeyLabel } from './master-key.ts';
export type { GrantVault, Query, ServiceVault } from './ports.ts';
export { hasScope, mayAccess, type Principal } from './principal.ts';
export { requireAdmin } from './require-admin.ts';
export {
  comesFromElsewhere,
  createRequireScope,
  fromElsewhere,
  principalOf,
  refuseCaller,
  type RequireScope,
} from './require-scope.ts';
export { isScope, scopes, type Scope } from './scopes.ts';
export { clearedSessionCookie, readCookie, readSessionCookie, sessionCookie } from './session-cookie.ts';
export {
  createSignIn,
  linkMinutes,
  type Session,
  type SignIn,
  type SignInOptions,
  type Token,
} from './sign-in.ts';
