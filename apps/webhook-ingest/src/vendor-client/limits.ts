import type { Vendor } from '../vendors/vendors.ts';

/** So many requests within a window; several limits hold together. */
export type Limit = { readonly requests: number; readonly windowMs: number };

/** `live`: what a notice asks for. `history`: pulls and reconciliation, which leave a reserve for what is live. */
export type Purpose = 'live' | 'history';

/** What the vendors publish, for all of our requests together. */
export const vendorLimits: Readonly<Record<Vendor, readonly Limit[]>> = {
  oura: [{ requests: 5_000, windowMs: 300_000 }],
  whoop: [
    { requests: 100, windowMs: 60_000 },
    { requests: 10_000, windowMs: 86_400_000 },
  ],
};

/** The part of each limit that history may not use. */
const reserve = 0.2;

export function allowedFor(purpose: Purpose, { requests }: Limit): number {
  return purpose === 'live' ? requests : Math.floor(requests * (1 - reserve));
}
