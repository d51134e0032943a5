export type VendorAddresses = {
  /** Base URL of the API, without a slash at the end. */
  readonly apiUrl: string;
  /** The page where a person consents. */
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
};

/** Our registration at a vendor. */
export type VendorApp = VendorAddresses & {
  readonly clientId: string;
  /** The first is used, all verify signatures; never empty. */
  readonly clientSecrets: readonly string[];
  /** Of a vendor with subscriptions: the token that its handshake must show. */
  readonly verificationToken?: string;
};

/** By vendor. One without an entry is not configured. */
export type VendorApps = Readonly<Partial<Record<string, VendorApp>>>;
