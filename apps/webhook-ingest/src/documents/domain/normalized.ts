import type { Flag, GivenReading, Problem } from '@bridge/contracts';

/** One object of a vendor in our own words. Values keep the payload's unit; the event is made in the dictionary's. */
export type NormalObject = {
  /** `<collection>/<the vendor's id>`: unique within person and source, and the same for all versions. */
  readonly objectId: string;
  /** Orders the versions of one object where the vendor gives an order; a safe integer. */
  readonly vendorVersion?: number;
  /**
   * Where a part of an object may come as if it were all: how much this is, from 0. Less than was seen is stale; of as much,
   * what came last counts. Not beside `vendorVersion`.
   */
  readonly completeness?: number;
  readonly eventType: string;
  /** When it was measured, RFC 3339 with the person's own offset; or the person's local day alone, `2026-07-06`. */
  readonly timestamp: string;
  readonly deviceId?: string;
  readonly reported: 'sensed' | 'self_reported';
  /** `path` names the payload's field, for problems. */
  readonly readings: readonly GivenReading[];
  /** What was put right before. */
  readonly flags?: readonly Flag[];
};

/** What a normalizer makes of one document. */
export type Normalized =
  | { readonly kind: 'object'; readonly object: NormalObject }
  /** It must not count (any more): deleted, or turned into something that is no measurement. */
  | { readonly kind: 'withdrawn'; readonly objectId: string; readonly vendorVersion?: number }
  /** The vendor has not finished it; its update will follow. */
  | { readonly kind: 'waiting'; readonly objectId: string }
  /** Nothing of it is a measurement that we know; the document is kept. `reason` comes from a closed set. */
  | {
      readonly kind: 'unmapped';
      readonly reason: 'unknown_type' | 'no_readings' | 'unscorable' | 'placeholder';
    }
  /** It says something that cannot be; the document is kept and counted. */
  | { readonly kind: 'quarantined'; readonly objectId?: string; readonly problems: readonly Problem[] };

/** The stored state and metric label of what is unmapped. Rows and dashboards know it by this name. */
export const unmappedState = 'kept';
