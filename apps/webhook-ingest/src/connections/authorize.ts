import type { Log } from '@bridge/core';
import type { Subject } from '@bridge/vault';
import type { ConnectResult, ConnectionWrites } from './rows/connection-writes.ts';
import type { Consents } from './rows/consent-rows.ts';
import type { OAuthClient } from '../vendor-client/oauth-client.ts';
import type { VendorAccount } from '../vendor-client/vendor-account.ts';
import { returnUrl } from './domain/return-url.ts';
import type { Vendor } from '../vendors/vendor-definition.ts';

export type AuthorizationStart =
  | { readonly kind: 'started'; readonly authorizeUrl: string }
  | { readonly kind: 'not_configured' | 'erased' | 'bad_return_to' };

export type AuthorizationRequest = {
  readonly userId: string;
  /** Where the browser goes afterwards. */
  readonly returnTo: string | undefined;
  /** A secret of the browser in which the person is; undefined where an application asks for it. */
  readonly browser: string | undefined;
};

export type AuthorizationResult =
  | { readonly kind: 'connected'; readonly connectionId: string; readonly returnTo: string | undefined }
  /** The person said no. */
  | { readonly kind: 'denied' }
  /** Neither one code nor an error: no vendor sends that. */
  | { readonly kind: 'malformed' }
  /** The state is wrong or was used before. */
  | { readonly kind: 'unknown_state' }
  | { readonly kind: 'expired' }
  /** The consent was started in another browser. */
  | { readonly kind: 'other_browser' }
  /** The vendor does not take the code. */
  | { readonly kind: 'refused' }
  /** The vendor accepted the code but does not say whose account it is. */
  | { readonly kind: 'unknown_user' }
  | Exclude<ConnectResult, { kind: 'connected' }>
  | { readonly kind: 'not_configured' };

export type Authorize = {
  readonly start: (vendor: Vendor, request: AuthorizationRequest) => Promise<AuthorizationStart>;
  /** @param callback The URL to which the vendor sent the browser. @param browser The secret that the browser shows. */
  readonly finish: (
    vendor: Vendor,
    callback: URL,
    browser: string | undefined,
  ) => Promise<AuthorizationResult>;
};

type Deps = {
  /** Origin of the edge, where consents come back to. */
  readonly publicUrl: string;
  readonly oauthOf: (vendor: Vendor) => OAuthClient | undefined;
  readonly accountOf: (vendor: Vendor) => VendorAccount | undefined;
  /** Known or new. */
  readonly personOf: (userId: string) => Promise<Subject>;
  readonly consents: Consents;
  readonly writes: Pick<ConnectionWrites, 'connect'>;
  /** At least 256 random bits as text, for states and code verifiers. */
  readonly randomText: () => string;
  readonly log: Log;
};

/**
 * A person's consent at a vendor: out to the vendor's page and back with a code. The state in between works once, within ten
 * minutes. The job that pulls the history is added in the transaction that stores the connection.
 */
export function createAuthorize(deps: Deps): Authorize {
  const { publicUrl, oauthOf, accountOf, personOf, consents, writes, randomText, log } = deps;

  return {
    async start(vendor, { userId, returnTo, browser }) {
      const oauth = oauthOf(vendor);
      if (oauth === undefined) return { kind: 'not_configured' };
      const address = returnTo === undefined ? undefined : returnUrl(returnTo, publicUrl);
      if (returnTo !== undefined && address === undefined) return { kind: 'bad_return_to' };
      const person = await personOf(userId);
      if (person.erased) return { kind: 'erased' };

      const state = randomText();
      const codeVerifier = randomText();
      await consents.put(state, { vendor, person, codeVerifier, returnTo: address, browser });
      return { kind: 'started', authorizeUrl: await oauth.authorizeUrl({ state, codeVerifier }) };
    },

    async finish(vendor, callback, browser) {
      const oauth = oauthOf(vendor);
      const account = accountOf(vendor);
      if (oauth === undefined || account === undefined) return { kind: 'not_configured' };
      const [code = '', ...others] = callback.searchParams.getAll('code');
      const isDenied = callback.searchParams.has('error');
      if (!isDenied && (code === '' || others.length > 0)) return { kind: 'malformed' };
      const consent = await consents.take(vendor, callback.searchParams.get('state') ?? '');
      if (consent === 'unknown') return { kind: 'unknown_state' };
      if (consent === 'expired') return { kind: 'expired' };
      // Otherwise an attacker could start a consent, have another person finish it, and receive that person's data.
      if (consent.browser !== undefined && consent.browser !== browser) return { kind: 'other_browser' };
      if (isDenied) return { kind: 'denied' };

      const { person, codeVerifier, returnTo } = consent;
      const grant = await oauth.exchange(code, { codeVerifier });
      if (grant.kind === 'refused') {
        // The address of tokens and the registration may not belong together: a vendor may have two generations of both.
        const { status, error: reason } = grant;
        log.warn('authorization code refused', { source: vendor, status, reason });
        return { kind: 'refused' };
      }
      const vendorUserId = await account.whoIs(grant.tokens.accessToken);
      if (vendorUserId === undefined) return { kind: 'unknown_user' };

      const connected = await writes.connect({ person, vendor, vendorUserId, tokens: grant.tokens });
      if (connected.kind !== 'connected') return connected;
      log.info('connection established', { source: vendor, subject_id: person.subjectId });
      return { ...connected, returnTo };
    },
  };
}
