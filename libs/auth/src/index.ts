export {
  createAuthenticator,
  type Authenticate,
  type AuthenticatorOptions,
  type AuthResult,
} from './authenticator.ts';
export { credentialsOf, type Credentials } from './credentials.ts';
export { createKeyRing, type ApiKey, type KeyRing, type NewKey } from './key-ring.ts';
export type { Query, ServiceVault } from './ports.ts';
export { hasScope, mayAccess, type Principal } from './principal.ts';
export { createRequireScope, principalOf, type RequireScope } from './require-scope.ts';
export { isScope, scopes, type Scope } from './scopes.ts';
export { clearedSessionCookie, readSessionCookie, sessionCookie } from './session-cookie.ts';
export { createSignIn, type SignIn, type SignInOptions, type Token } from './sign-in.ts';
