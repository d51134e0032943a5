import { timingSafeEqual } from 'node:crypto';
import { createKeyLookup, createSessionLookup, type Credential } from './lookups.ts';
import { isOfEarlierMaster, masterPrincipal } from './master-key.ts';
import { type Query, type ServiceVault } from './ports.ts';
import { type Principal } from './principal.ts';
import { readSessionCookie } from './session-cookie.ts';
import { hashToken, isToken } from './token.ts';
import { createVerifications } from './verifications.ts';

export type AuthResult =
  | {
      readonly ok: true;
      readonly principal: Principal;
      readonly by: 'key' | 'session';
      /** When the key or session ends, in milliseconds since 1970; Infinity or absent: never by itself. */
      readonly expiresAt?: number;
    }
  | { readonly ok: false; readonly status: 401; readonly detail: string };

/**
 * Who sends these headers. An `Authorization` header counts before a cookie. Throws a transient error if PostgreSQL
 * cannot be reached and the caller was not seen in the last 10 minutes.
 */
export type Authenticate = (
  authorization: string | undefined,
  cookie?: string,
) => AuthResult | Promise<AuthResult>;

export type AuthenticatorOptions = {
  readonly query: Query;
  readonly vault: ServiceVault;
  /** AUREN_MASTER_API_KEY: the first admin key, which needs no database. */
  readonly masterKey: string;
  readonly now?: () => number;
};

const sendAKey = 'Send an API key, as "Authorization: Bearer <API key>" or "X-API-Key: <API key>".';

export function createAuthenticator({ query, vault, masterKey, now = Date.now }: AuthenticatorOptions) {
  const masterHash = hashToken(masterKey);
  const master = masterPrincipal(masterKey);
  const verifyKey = createVerifications<Credential>({ lookup: createKeyLookup({ query, vault }), now });
  const verifySession = createVerifications<Credential>({
    lookup: createSessionLookup({ query, vault }),
    now,
  });

  async function byKey(key: string, hash: Buffer): Promise<AuthResult> {
    const found = isToken('bb_', key) ? await verifyKey(hash) : undefined;
    if (found === undefined || found.expiresAt <= now())
      return refused('The API key is unknown, expired or revoked.');
    return { ok: true, by: 'key', ...found };
  }

  async function bySession(token: string): Promise<AuthResult> {
    const found = isToken('bbs_', token) ? await verifySession(hashToken(token)) : undefined;
    if (found === undefined || found.expiresAt <= now() || isOfEarlierMaster(found.principal, master))
      return refused('The session has ended.');
    return { ok: true, by: 'session', ...found };
  }

  const authenticate: Authenticate = (authorization, cookie) => {
    if (authorization !== undefined) {
      const key = /^Bearer +([\x21-\x7e]{1,256}) *$/i.exec(authorization)?.[1];
      if (key === undefined) return refused(sendAKey);
      const hash = hashToken(key);
      if (timingSafeEqual(hash, masterHash)) return { ok: true, principal: master, by: 'key' };
      return byKey(key, hash);
    }
    const token = readSessionCookie(cookie);
    if (token !== undefined) return bySession(token);
    return refused(sendAKey);
  };
  return authenticate;
}

function refused(detail: string): AuthResult {
  return { ok: false, status: 401, detail };
}
