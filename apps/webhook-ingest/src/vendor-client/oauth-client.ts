import { CodedError } from '@bridge/core';
import type { Call } from '@bridge/resilience';
import * as oauth from 'openid-client';
import type { TokenSet } from './token-set.ts';
import type { VendorDefinition } from '../vendors/vendor-definition.ts';
import type { VendorApp } from '../vendors/vendor-app.ts';

/** The vendor's answer to a code or a refresh token. `refused` is final: the token is used, expired or withdrawn. */
export type Grant = { readonly kind: 'granted'; readonly tokens: TokenSet } | { readonly kind: 'refused' };

export type OAuthClient = {
  /** Where the person goes to consent. */
  authorizeUrl(consent: { readonly state: string; readonly codeVerifier: string }): Promise<string>;
  exchange(code: string, consent: { readonly codeVerifier: string }): Promise<Grant>;
  /** A refresh token works once: whoever calls holds the connection's lock and stores the pair before he uses it. */
  refresh(refreshToken: string): Promise<Grant>;
};

type Options = {
  readonly definition: Pick<VendorDefinition, 'name' | 'oauth' | 'dataTypes'>;
  readonly app: VendorApp;
  /** Our callback, as it is registered at the vendor. */
  readonly redirectUrl: string;
  /** Must not try again by itself: after an unclear answer a token may be used up. */
  readonly call: Call;
  readonly now: () => number;
};

/** In seconds. A row is locked for as long. */
const timeout = 8;

/**
 * OAuth 2 with one vendor. Everything but a clear answer is thrown: transient `CodedError('vendor_unavailable')`, or
 * `CodedError('oauth_client_refused')` when it is our own registration that the vendor does not take.
 */
export function createOAuthClient({ definition, app, redirectUrl, call, now }: Options): OAuthClient {
  const { name, dataTypes } = definition;
  const profile = definition.oauth(app);
  const scope = allScopes(profile.scopes, dataTypes);
  const server = {
    issuer: app.oauthUrl,
    authorization_endpoint: profile.authorizeUrl,
    token_endpoint: profile.tokenUrl,
  };
  const configuration = new oauth.Configuration(server, app.clientId, app.clientSecrets[0]);
  configuration.timeout = timeout;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- whoever sets a base URL to http: means it, for a simulator
  if (new URL(profile.tokenUrl).protocol === 'http:') oauth.allowInsecureRequests(configuration);

  async function grant(ask: () => Promise<oauth.TokenEndpointResponse>): Promise<Grant> {
    return call(async () => {
      try {
        return { kind: 'granted', tokens: tokenSet(await ask(), now()) };
      } catch (error) {
        if (isRefusal(error)) return { kind: 'refused' };
        throw fault(name, error);
      }
    });
  }

  return {
    async authorizeUrl({ state, codeVerifier }) {
      const url = oauth.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUrl,
        scope,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return url.href;
    },
    exchange: (code, { codeVerifier }) => {
      // Nothing else of what came is passed on: whatever the library refuses of it would count as the vendor's fault.
      const callback = new URL(redirectUrl);
      callback.searchParams.set('code', code);
      return grant(() =>
        oauth.authorizationCodeGrant(configuration, callback, { pkceCodeVerifier: codeVerifier }),
      );
    },
    refresh: (refreshToken) => {
      const { refreshScope } = profile;
      return grant(() =>
        oauth.refreshTokenGrant(
          configuration,
          refreshToken,
          refreshScope === undefined ? {} : { scope: refreshScope },
        ),
      );
    },
  };
}

/** Those that the vendor wants for itself, and those of the data types that we want. */
function allScopes(own: readonly string[], dataTypes: VendorDefinition['dataTypes']): string {
  const wanted = Object.values(dataTypes).filter(({ isWanted }) => isWanted);
  return [...new Set([...own, ...wanted.map(({ scope }) => scope)])].join(' ');
}

function tokenSet(answer: oauth.TokenEndpointResponse, now: number): TokenSet {
  const { access_token, refresh_token, expires_in, scope } = answer;
  return {
    accessToken: access_token,
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(expires_in === undefined ? {} : { expiresAt: now + expires_in * 1000 }),
    ...(scope === undefined ? {} : { scope }),
  };
}

function isRefusal(error: unknown): boolean {
  if (error instanceof oauth.AuthorizationResponseError) return true;
  return error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant';
}

/** The library's errors quote the vendor's answer; only codes get out. */
function fault(vendor: string, error: unknown): CodedError {
  const isOurs =
    error instanceof oauth.ResponseBodyError &&
    ['invalid_client', 'unauthorized_client', 'invalid_scope'].includes(error.error);
  return isOurs
    ? new CodedError('oauth_client_refused', 'transient', `${vendor} refuses our client id or secret.`)
    : new CodedError('vendor_unavailable', 'transient', `${vendor} gave no clear answer about a token.`);
}
