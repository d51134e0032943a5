/** What the vendor lets us in with. Sealed wherever it is stored. */
export type TokenSet = {
  readonly accessToken: string;
  /** Absent where the vendor gave none: then the consent ends with the access token. */
  readonly refreshToken?: string;
  /** Milliseconds; absent where the vendor does not say. */
  readonly expiresAt?: number;
  /** Those that the person granted, separated by spaces; absent where the vendor does not say. */
  readonly scope?: string;
};

/** A token that ends within this time is renewed before it is used, so that it lasts for the request. */
const marginMs = 60_000;

export function isFresh({ expiresAt, refreshToken }: TokenSet, now: number): boolean {
  // What cannot be renewed is used to its end.
  const margin = refreshToken === undefined ? 0 : marginMs;
  return expiresAt === undefined || expiresAt - now > margin;
}

/** When the consent itself ends; null where it can be renewed, or where the vendor does not say. */
export function endsAt({ expiresAt, refreshToken }: TokenSet): Date | null {
  return refreshToken === undefined && expiresAt !== undefined ? new Date(expiresAt) : null;
}
