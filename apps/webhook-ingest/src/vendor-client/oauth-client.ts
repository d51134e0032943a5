import { CodedError } from '@bridge/core';
import type { Call } from '@bridge/resilience';
import * as oauth from 'openid-client';
import { readBounded } from './read-bounded.ts';
import { readTokenAnswer, type TokenAnswer } from './token-answer.ts';
import type { TokenSet } from './token-set.ts';
import type { OAuthProfile, VendorDefinition } from '../vendors/vendor-definition.ts';
import type { VendorApp } from '../vendors/vendor-app.ts';

/** The vendor's answer to a code or a refresh token. `refused` is final: the token is used, expired or withdrawn. */
export type Grant =
  | { readonly kind: 'granted'; readonly tokens: TokenSet }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** OAuth's word for it; `none` without one. */
      readonly error: string;
    };

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
  /**
   * Must not try again by itself: after an unclear answer a token may be used up. Without a breaker: what becomes of one
   * person's token says nothing about another's, and a code is lost if nobody asks in time.
   */
  readonly call: Call;
  readonly now: () => number;
  /** Default: 8 s. A row is locked for as long. */
  readonly timeoutS?: number;
};

/**
 * OAuth 2 with one vendor. Everything but a clear answer is thrown: transient `CodedError('vendor_unavailable')`, or
 * `CodedError('oauth_client_refused')` when it is our own registration that the vendor does not take.
 */
export function createOAuthClient({ timeoutS = 8, ...options }: Options): OAuthClient {
  const { definition, app, redirectUrl, call, now } = options;
  const { name, dataTypes } = definition;
  const profile = definition.oauth(app);
  const scope = allScopes(profile, dataTypes);
  const server = {
    issuer: new URL(app.authorizeUrl).origin,
    authorization_endpoint: app.authorizeUrl,
    token_endpoint: app.tokenUrl,
  };
  const configuration = new oauth.Configuration(server, app.clientId, app.clientSecrets[0]);
  configuration.timeout = timeoutS;
  configuration[oauth.customFetch] = readingLeniently;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- whoever sets a base URL to http: means it, for a simulator
  if (new URL(app.tokenUrl).protocol === 'http:') oauth.allowInsecureRequests(configuration);

  async function grant(ask: () => Promise<oauth.TokenEndpointResponse>): Promise<Grant> {
    return call(async () => {
      try {
        return { kind: 'granted', tokens: tokenSet(await ask(), now()) };
      } catch (error) {
        const answer = unreadable(error);
        if (answer?.kind === 'refused')
          return { kind: 'refused', status: answer.status, error: answer.error };
        throw fault(name, answer);
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
function allScopes(
  { scopes, scopePrefix = '' }: OAuthProfile,
  dataTypes: VendorDefinition['dataTypes'],
): string {
  const wanted = Object.values(dataTypes).filter(({ isWanted }) => isWanted);
  const all = new Set([...scopes, ...wanted.map(({ scope }) => scope)]);
  return [...all].map((scope) => `${scopePrefix}${scope}`).join(' ');
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

/** An answer without tokens. The library would quote it in its errors. */
class NoTokens extends Error {
  readonly answer: Exclude<TokenAnswer, { kind: 'tokens' }>;

  constructor(answer: Exclude<TokenAnswer, { kind: 'tokens' }>) {
    super('no tokens');
    this.answer = answer;
  }
}

/** The library's request, with an answer that it can read. A redirect is not followed: it would carry the secret along. */
async function readingLeniently(...[url, options]: Parameters<oauth.CustomFetch>): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: 'manual' } as RequestInit);
  const text = (await readBounded(response))?.toString('utf8') ?? '';
  const answer = readTokenAnswer(response.status, text);
  if (answer.kind !== 'tokens') throw new NoTokens(answer);
  return Response.json(answer.body);
}

function unreadable(error: unknown): NoTokens['answer'] | undefined {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    if (one instanceof NoTokens) return one.answer;
  }
  return undefined;
}

/** Only codes get out. */
function fault(vendor: string, answer: NoTokens['answer'] | undefined): CodedError {
  return answer?.kind === 'client'
    ? new CodedError('oauth_client_refused', 'transient', `${vendor} refuses our client id or secret.`)
    : new CodedError('vendor_unavailable', 'transient', `${vendor} gave no clear answer about a token.`);
}
