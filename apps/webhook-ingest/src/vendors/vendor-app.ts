import { ouraDataTypes, wantedOuraDataTypes } from './oura/data-types.ts';
import type { Vendor } from './vendors.ts';
import { whoopDataTypes, whoopDataTypeNames } from './whoop/data-types.ts';

/** Our registration at a vendor. */
export type VendorApp = {
  readonly clientId: string;
  /** The first is used, all verify signatures; never empty. */
  readonly clientSecrets: readonly string[];
  /** Base URL of the API, without a slash at the end. */
  readonly apiUrl: string;
  /** Base URL of the pages where a person consents, without a slash at the end. */
  readonly oauthUrl: string;
  /** Oura only: what its handshake must show. */
  readonly verificationToken?: string;
};

/** A vendor without an entry is not configured. */
export type VendorApps = Partial<Readonly<Record<Vendor, VendorApp>>>;

type OAuthProfile = {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /** Asked for at the consent. The person may untick some. */
  readonly scope: string;
  /** Sent with a refresh, where the vendor wants it repeated. */
  readonly refreshScope?: string;
};

/** Where and what a vendor wants to be asked. */
export function oauthProfile(vendor: Vendor, { apiUrl, oauthUrl }: VendorApp): OAuthProfile {
  switch (vendor) {
    case 'oura':
      return {
        authorizeUrl: `${oauthUrl}/oauth/authorize`,
        tokenUrl: `${apiUrl}/oauth/token`,
        scope: list(['personal', ...wantedOuraDataTypes.map((name) => ouraDataTypes[name].scope)]),
      };
    case 'whoop':
      return {
        authorizeUrl: `${oauthUrl}/oauth/oauth2/auth`,
        tokenUrl: `${oauthUrl}/oauth/oauth2/token`,
        // Without `offline` there is no refresh token.
        scope: list([
          'offline',
          'read:profile',
          ...whoopDataTypeNames.map((name) => whoopDataTypes[name].scope),
        ]),
        refreshScope: 'offline',
      };
  }
}

function list(scopes: readonly string[]): string {
  return [...new Set(scopes)].join(' ');
}
