import { type Vault } from '@bridge/vault';
import { type OidcAttempt } from './oidc-provider.ts';

/** Seals what a sign-in at the provider needs afterwards. The browser keeps it, so any replica can finish. */
export type OidcAttempts = {
  /** @returns Text for a cookie. */
  seal(attempt: OidcAttempt): Promise<string>;
  /** The attempt of this state; undefined when it is another one's, was changed, or is older than `attemptMinutes`. */
  unseal(sealed: string, state: string): Promise<OidcAttempt | undefined>;
};

const attemptMinutes = 10;

type SealedAttempt = Pick<OidcAttempt, 'nonce' | 'codeVerifier'> & { readonly expiresAt: number };

export function createOidcAttempts(
  vault: Pick<Vault, 'sealForService' | 'unsealForService'>,
  now: () => number = Date.now,
): OidcAttempts {
  /** The state is part of the place: a cookie opens with the state that it was made for and with no other. */
  const placeOf = (state: string) => ({ table: 'session', column: 'oidc', row: state });

  return {
    async seal({ state, nonce, codeVerifier }) {
      const attempt: SealedAttempt = { nonce, codeVerifier, expiresAt: now() + attemptMinutes * 60_000 };
      return (await vault.sealForService(JSON.stringify(attempt), placeOf(state))).toString('base64url');
    },
    async unseal(sealed, state) {
      const opened = await vault
        .unsealForService(Buffer.from(sealed, 'base64url'), placeOf(state))
        .catch((error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === 'sealed_value_rejected')
            return undefined;
          throw error;
        });
      if (opened === undefined) return undefined;
      const { nonce, codeVerifier, expiresAt } = JSON.parse(opened.toString()) as SealedAttempt;
      return expiresAt > now() ? { state, nonce, codeVerifier } : undefined;
    },
  };
}
