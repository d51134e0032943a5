import type { Limit } from '../vendors/vendor-definition.ts';

/** `live`: a document that a notice names. `history`: pulls and reconciliation, which leave a reserve for `live`. */
export type Purpose = 'live' | 'history';

/** The part of each limit that history may not use. */
const reserve = 0.2;

export function allowedFor(purpose: Purpose, { requests }: Limit): number {
  return purpose === 'live' ? requests : Math.floor(requests * (1 - reserve));
}
