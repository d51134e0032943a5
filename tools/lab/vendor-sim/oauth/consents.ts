import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../vendor.ts';
import { createTokens, type SavedTokens, type TokenPair } from './tokens.ts';

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
type Approval = Pick<Consent, 'account' | 'scopes'> & Pick<Code, 'redirectUri' | 'challenge'>;
type Exchange = { readonly redirectUri: string | null; readonly verifier: string | null };

export type TokenGrant = { readonly account: string; readonly pair: TokenPair };

/** The state that a restart needs. */
export type SavedConsents = SavedTokens & { readonly consents: readonly Consent[] };

type Options = {
  readonly lifetimeS: number;
  /** The scope that a refresh token requires: WHOOP's `offline`. */
  readonly refreshScope?: string;
  readonly now: Clock;
  readonly saved?: SavedConsents | undefined;
  readonly changed: () => void;
};

export type Consents = ReturnType<typeof createConsents>;

const codeLifetimeMs = 600_000;

/** The consents of one vendor. A refresh token works once. Its second use ends the whole consent. */
export function createConsents({ changed, now, saved, ...options }: Options) {
  const consents = new Map(saved?.consents.map((consent) => [consent.id, consent]));
  const byAccount = Map.groupBy(consents.values(), ({ account }) => account);
  const codes = createCodes(now);
  const tokens = createTokens({ ...options, now, saved });

  const ofAccount = (account: string) => byAccount.get(account) ?? [];
  const isConnected = (account: string) => ofAccount(account).some(({ ended }) => !ended);

  /** Finds the consent of a code or token. An ended one counts as none. */
  function liveConsent(entry: { readonly consentId: string } | undefined): Consent | undefined {
    const consent = entry && consents.get(entry.consentId);
    return consent?.ended === false ? consent : undefined;
  }

  function grant(consent: Consent, requested: readonly string[] = consent.scopes): TokenGrant {
    const scopes = consent.scopes.filter((scope) => requested.includes(scope));
    changed();
    return { account: consent.account, pair: tokens.issue(consent.id, scopes) };
  }

  function end(ended: readonly Consent[]): void {
    for (const consent of ended) consent.ended = true;
    changed();
  }

  return {
    /** Records a person's consent and returns the code for the callback. */
    approve({ account, scopes, redirectUri, challenge }: Approval): string {
      const consent = { id: randomBytes(12).toString('base64url'), account, scopes, ended: false };
      consents.set(consent.id, consent);
      byAccount.set(account, [...ofAccount(account), consent]);
      return codes.issue({ consentId: consent.id, redirectUri, challenge });
    },

    /** Returns undefined for `invalid_grant`. A code works once. */
    exchange(code: string, exchange: Exchange): TokenGrant | undefined {
      const consent = liveConsent(codes.redeem(code, exchange));
      return consent && grant(consent);
    },

    /** Returns undefined for `invalid_grant`. `requested` narrows the scopes. */
    refresh(token: string, requested: readonly string[] | undefined): TokenGrant | undefined {
      const entry = tokens.findRefresh(token);
      const consent = liveConsent(entry);
      if (consent && entry?.used === false) {
        entry.used = true;
        return grant(consent, requested);
      }
      if (consent) end([consent]);
      return undefined;
    },

    /** The account of a refresh token, used or not. */
    ownerOf: (token: string): string | undefined =>
      consents.get(tokens.findRefresh(token)?.consentId ?? '')?.account,
    /** Returns undefined when the access token is unknown, expired or ended. */
    holder: (token: string) => withBareScopes(liveConsent(tokens.findAccess(token))),

    /** Ends the consent that a token belongs to. Returns whether there was one. */
    endByToken(token: string): boolean {
      const consent = liveConsent(tokens.find(token));
      if (consent) end([consent]);
      return consent !== undefined;
    },

    /** Ends all consents of a person, as the vendor's app does. */
    endByAccount: (account: string): void => end(ofAccount(account)),
    /** Ends access tokens now. Refresh tokens stay valid. */
    expireAccess(account: string): void {
      tokens.dropAccess((consentId) => consents.get(consentId)?.account === account);
      changed();
    },
    isConnected,
    /** Whether all consents of a person have ended. From then on the vendor sends no notices of this person. */
    isOver: (account: string) => ofAccount(account).length > 0 && !isConnected(account),

    save: (): SavedConsents => ({ consents: [...consents.values()], ...tokens.save() }),
  };
}

/** The new portal's scopes open what the older ones open. */
function withBareScopes(consent: Consent | undefined): Consent | undefined {
  return consent && { ...consent, scopes: consent.scopes.map((scope) => scope.replace(/^extapi:/, '')) };
}

/** The codes of the callback, which work once. */
function createCodes(now: Clock) {
  const codes = new Map<string, Code>();
  return {
    issue(about: Omit<Code, 'expiresAt'>): string {
      const code = randomBytes(18).toString('base64url');
      codes.set(code, { ...about, expiresAt: now() + codeLifetimeMs });
      return code;
    },
    redeem(code: string, { redirectUri, verifier }: Exchange): Code | undefined {
      const entry = codes.get(code);
      codes.delete(code);
      if (!entry || entry.expiresAt <= now() || redirectUri !== entry.redirectUri) return undefined;
      const isVerified = entry.challenge === undefined || challengeOf(verifier ?? '') === entry.challenge;
      return isVerified ? entry : undefined;
    },
  };
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
