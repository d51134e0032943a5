import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../vendor.ts';

/** A person's consent, and the tokens that came of it. */
type Consent = {
  readonly id: string;
  readonly account: string;
  readonly scopes: readonly string[];
  /** Ended by the person, or because a refresh token was used twice. */
  ended: boolean;
};
type Code = {
  readonly consentId: string;
  readonly redirectUri: string;
  readonly challenge: string | undefined;
  readonly expiresAt: number;
};
type AccessEntry = { readonly consentId: string; readonly expiresAt: number };
type RefreshEntry = { readonly consentId: string; used: boolean };

/** The answer of a token endpoint. */
export type TokenPair = {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly token_type: 'bearer';
};
export type TokenGrant = { readonly account: string; readonly pair: TokenPair };

/** What a restart has to know. */
export type SavedConsents = {
  readonly consents: readonly Consent[];
  readonly access: readonly (readonly [string, AccessEntry])[];
  readonly refresh: readonly (readonly [string, RefreshEntry])[];
};

type Options = {
  readonly lifetimeS: number;
  /** Whether this scope is needed for a refresh token: WHOOP's `offline`. */
  readonly refreshScope?: string;
  readonly now: Clock;
  readonly saved?: SavedConsents | undefined;
  readonly changed: () => void;
};

export type Consents = ReturnType<typeof createConsents>;

const codeLifetimeMs = 600_000;

/** Codes and tokens of one vendor. A refresh token works once; its second use ends the whole consent. */
export function createConsents({ lifetimeS, refreshScope, now, saved, changed }: Options) {
  const consents = new Map(saved?.consents.map((consent) => [consent.id, consent]));
  const byAccount = Map.groupBy(consents.values(), ({ account }) => account);
  const codes = new Map<string, Code>();
  const access = new Map(saved?.access);
  const refresh = new Map(saved?.refresh);

  const ofAccount = (account: string) => byAccount.get(account) ?? [];

  function pairFor(consent: Consent, requested: readonly string[] = consent.scopes): TokenGrant {
    const scopes = consent.scopes.filter((scope) => requested.includes(scope));
    const token = randomBytes(24).toString('base64url');
    access.set(token, { consentId: consent.id, expiresAt: now() + lifetimeS * 1000 });
    const pair = {
      access_token: token,
      expires_in: lifetimeS,
      scope: scopes.join(' '),
      token_type: 'bearer',
    } as const;
    const isRefreshable = refreshScope === undefined || scopes.includes(refreshScope);
    const next = randomBytes(24).toString('base64url');
    if (isRefreshable) refresh.set(next, { consentId: consent.id, used: false });
    changed();
    return { account: consent.account, pair: isRefreshable ? { ...pair, refresh_token: next } : pair };
  }

  return {
    /** A person says yes. Gives the code for the callback. */
    approve(given: Pick<Consent, 'account' | 'scopes'> & Pick<Code, 'redirectUri' | 'challenge'>): string {
      const { account, scopes, redirectUri, challenge } = given;
      const consent = { id: randomBytes(12).toString('base64url'), account, scopes, ended: false };
      consents.set(consent.id, consent);
      byAccount.set(account, [...ofAccount(account), consent]);
      const code = randomBytes(18).toString('base64url');
      codes.set(code, { consentId: consent.id, redirectUri, challenge, expiresAt: now() + codeLifetimeMs });
      return code;
    },

    /** undefined: `invalid_grant`. A code works once. */
    exchange(
      code: string,
      given: { redirectUri: string | null; verifier: string | null },
    ): TokenGrant | undefined {
      const entry = codes.get(code);
      codes.delete(code);
      const consent = entry && consents.get(entry.consentId);
      if (!consent || consent.ended || entry.expiresAt <= now()) return undefined;
      if (given.redirectUri !== entry.redirectUri) return undefined;
      if (entry.challenge !== undefined && challengeOf(given.verifier ?? '') !== entry.challenge)
        return undefined;
      return pairFor(consent);
    },

    /** undefined: `invalid_grant`. `asked` narrows the scopes. */
    refresh(token: string, requested: readonly string[] | undefined): TokenGrant | undefined {
      const entry = refresh.get(token);
      const consent = entry && consents.get(entry.consentId);
      if (!consent || consent.ended) return undefined;
      if (entry.used) {
        consent.ended = true;
        changed();
        return undefined;
      }
      entry.used = true;
      return pairFor(consent, requested);
    },

    /** Whom an access token speaks for; undefined when it is unknown, expired or ended. */
    holder(token: string): { account: string; scopes: readonly string[] } | undefined {
      const entry = access.get(token);
      const consent = entry && consents.get(entry.consentId);
      return !consent || consent.ended || entry.expiresAt <= now() ? undefined : consent;
    },

    /** Ends the consent that a token belongs to; whether there was one. */
    endByToken(token: string): boolean {
      const consentId = (access.get(token) ?? refresh.get(token))?.consentId;
      const consent = consentId === undefined ? undefined : consents.get(consentId);
      if (!consent || consent.ended) return false;
      consent.ended = true;
      changed();
      return true;
    },

    /** As a person does in the vendor's app. */
    endByAccount(account: string): void {
      for (const consent of ofAccount(account)) consent.ended = true;
      changed();
    },

    /** Access tokens end now, refresh tokens stay. */
    expireAccess(account: string): void {
      for (const [token, { consentId }] of access)
        if (consents.get(consentId)?.account === account) access.delete(token);
      changed();
    },

    isConnected: (account: string) => ofAccount(account).some(({ ended }) => !ended),

    /** There was a consent and none is left: the vendor sends no notices of this person from then on. */
    isOver: (account: string) =>
      ofAccount(account).length > 0 && ofAccount(account).every(({ ended }) => ended),

    keep: (): SavedConsents => ({
      consents: [...consents.values()],
      access: [...access],
      refresh: [...refresh],
    }),
  };
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
