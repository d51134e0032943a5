import { randomBytes } from 'node:crypto';
import type { Clock } from '../vendor.ts';

export type AccessEntry = { readonly consentId: string; readonly expiresAt: number };
export type RefreshEntry = { readonly consentId: string; used: boolean };

/** The answer of a token endpoint. */
export type TokenPair = {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly token_type: 'bearer';
};

export type SavedTokens = {
  readonly access: readonly (readonly [string, AccessEntry])[];
  readonly refresh: readonly (readonly [string, RefreshEntry])[];
};

type Options = {
  readonly lifetimeS: number;
  /** The scope that a refresh token requires: WHOOP's `offline`. */
  readonly refreshScope?: string;
  readonly now: Clock;
  readonly saved?: SavedTokens | undefined;
};

/** The access and refresh tokens of one vendor, each with the consent that it belongs to. */
export function createTokens({ lifetimeS, refreshScope, now, saved }: Options) {
  const access = new Map(saved?.access);
  const refresh = new Map(saved?.refresh);
  return {
    issue(consentId: string, scopes: readonly string[]): TokenPair {
      const token = newToken();
      access.set(token, { consentId, expiresAt: now() + lifetimeS * 1000 });
      const pair = {
        access_token: token,
        expires_in: lifetimeS,
        scope: scopes.join(' '),
        token_type: 'bearer',
      } as const;
      if (refreshScope !== undefined && !scopes.includes(refreshScope)) return pair;
      const next = newToken();
      refresh.set(next, { consentId, used: false });
      return { ...pair, refresh_token: next };
    },
    /** Finds a token that has not expired. */
    findAccess(token: string): AccessEntry | undefined {
      const entry = access.get(token);
      return entry && entry.expiresAt > now() ? entry : undefined;
    },
    findRefresh: (token: string) => refresh.get(token),
    find: (token: string) => access.get(token) ?? refresh.get(token),
    /** Ends access tokens. Refresh tokens stay valid. */
    dropAccess(belongs: (consentId: string) => boolean): void {
      for (const [token, { consentId }] of access) if (belongs(consentId)) access.delete(token);
    },
    save: (): SavedTokens => ({ access: [...access], refresh: [...refresh] }),
  };
}

function newToken(): string {
  return randomBytes(24).toString('base64url');
}
