import type { Vendor } from '../../vendors/vendor-definition.ts';

export const connectionStates = ['active', 'needs_consent', 'lapsed', 'disconnected'] as const;
/**
 * `needs_consent`: the vendor refused our tokens, the person must connect again. `lapsed`: the vendor answers 403, a
 * membership or a scope is missing. `disconnected`: the person or an operator ended it.
 */
export type ConnectionState = (typeof connectionStates)[number];

/** A person's consent at one vendor. */
export type Connection = {
  readonly connectionId: string;
  readonly subjectId: string;
  readonly vendor: Vendor;
  readonly state: ConnectionState;
};

/** What a request to the vendor is made with, or why there is nothing to make it with. */
export type AccessToken =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none'; readonly state: ConnectionState };
