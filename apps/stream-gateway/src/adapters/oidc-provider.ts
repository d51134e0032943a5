import { type OidcSubject } from '@bridge/auth';
import { CodedError } from '@bridge/core';
import * as oauth from 'openid-client';

export type OidcSettings = {
  readonly issuer: string;
  readonly clientId: string;
  /** Missing for a public client: PKCE protects the code either way. */
  readonly clientSecret: string | undefined;
  /** `/session/oidc/callback` as the provider knows it. */
  readonly redirectUrl: string;
};

/** What only the browser that began may bring back. */
export type OidcAttempt = { readonly state: string; readonly nonce: string; readonly codeVerifier: string };

export type OidcResult =
  | ({ readonly kind: 'signed_in' } & OidcSubject)
  /** The person or the provider ended it, or the code is used up. */
  | { readonly kind: 'declined'; readonly code: string }
  /** The answer is not one for us: wrong nonce, audience, signature or time, or our client is refused. */
  | { readonly kind: 'untrusted'; readonly code: string };

export type OidcProvider = {
  readonly issuer: string;
  /** Where the browser goes. */
  begin(): Promise<{ readonly url: string; readonly attempt: OidcAttempt }>;
  /** @param search The query of the callback as it came. */
  finish(search: string, attempt: OidcAttempt): Promise<OidcResult>;
};

const timeoutS = 5;
/** Of the provider's metadata, for the way there. Unauthenticated requests must not make us ask each time. */
const freshMs = 10 * 60_000;

/** Sign-in at one OpenID Connect provider. Both calls throw a transient `oidc_unreachable` while it does not answer. */
export function createOidcProvider(
  { issuer, clientId, clientSecret, redirectUrl }: OidcSettings,
  now: () => number = Date.now,
): OidcProvider {
  let known: { readonly configuration: Promise<oauth.Configuration>; readonly at: number } | undefined;

  async function discover(): Promise<oauth.Configuration> {
    const server = new URL(issuer);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- an issuer with http: is one on this machine: see config.ts
    const insecure = server.protocol === 'http:' ? [oauth.allowInsecureRequests] : [];
    try {
      return await oauth.discovery(server, clientId, undefined, clientAuthentication(clientSecret), {
        timeout: timeoutS,
        // Without it the token endpoint's TLS alone would vouch for an ID token.
        execute: [oauth.enableNonRepudiationChecks, ...insecure],
      });
    } catch (cause) {
      throw unreachable(cause);
    }
  }

  function metadata(): Promise<oauth.Configuration> {
    if (known === undefined || now() - known.at >= freshMs) {
      const configuration = discover();
      const asked = { configuration, at: now() };
      known = asked;
      configuration.catch(() => {
        if (known === asked) known = undefined;
      });
    }
    return known.configuration;
  }

  return {
    issuer,
    async begin() {
      const configuration = await metadata();
      const attempt = {
        state: oauth.randomState(),
        nonce: oauth.randomNonce(),
        codeVerifier: oauth.randomPKCECodeVerifier(),
      };
      const url = oauth.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUrl,
        scope: 'openid',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, attempt };
    },
    async finish(search, { state, nonce, codeVerifier }) {
      // Asked anew: with the metadata of before, the library would keep the signing keys of before a rotation for a minute.
      const configuration = await discover();
      const callback = new URL(redirectUrl);
      callback.search = search;
      try {
        const tokens = await oauth.authorizationCodeGrant(configuration, callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        });
        const subject = tokens.claims()?.sub;
        if (subject === undefined) return { kind: 'untrusted', code: 'no_subject' };
        return { kind: 'signed_in', issuer, subject };
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

/** As a client is registered unless it says otherwise; `client_secret_post` where the provider takes nothing else. */
function clientAuthentication(secret: string | undefined): oauth.ClientAuth {
  if (secret === undefined) return oauth.None();
  const basic = oauth.ClientSecretBasic(secret);
  const post = oauth.ClientSecretPost(secret);
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (methods.includes('client_secret_basic') ? basic : post)(server, client, body, headers);
  };
}

function failureOf(error: unknown): OidcResult {
  if (error instanceof oauth.AuthorizationResponseError) return { kind: 'declined', code: error.error };
  if (error instanceof oauth.ResponseBodyError) {
    const { error: code, status } = error;
    if (status >= 500) throw unreachable(error);
    return { kind: code === 'invalid_grant' ? 'declined' : 'untrusted', code };
  }
  if (!(error instanceof oauth.ClientError) || isNoAnswer(error)) throw unreachable(error);
  return { kind: 'untrusted', code: error.code ?? 'unknown' };
}

function isNoAnswer({ code, cause }: oauth.ClientError): boolean {
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return true;
  return cause instanceof Response && (cause.status >= 500 || cause.status === 429);
}

/** The library's messages repeat what the provider sent, so only their code is kept. */
function unreachable(cause: unknown): CodedError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
  return new CodedError('oidc_unreachable', 'transient', `The OIDC provider cannot be used now (${code}).`);
}
