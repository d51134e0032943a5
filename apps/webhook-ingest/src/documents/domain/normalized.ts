import type { Flag, GivenReading, Problem } from '@bridge/contracts';
import type { LostField } from './lost-field.ts';

/** One object of a vendor, normalized. Values keep the payload's unit; the event uses the dictionary's. */
export type NormalObject = {
  /** `<collection>/<the vendor's id>`: unique within person and source, and the same for all versions. */
  readonly objectId: string;
  /** Orders the versions of one object where the vendor gives an order; a safe integer. */
  readonly vendorVersion?: number;
  /**
   * Given if an object may come in parts: how complete this one is, from 0. A less complete one is stale; of equally complete
   * ones the last counts. Never together with `vendorVersion`.
   */
  readonly completeness?: number;
  readonly eventType: string;
  /** When it was measured, RFC 3339 with the person's own offset; or the person's local day alone, `2026-07-06`. */
  readonly timestamp: string;
  readonly deviceId?: string;
  readonly reported: 'sensed' | 'self_reported';
  /** `path` names the payload's field, for problems. */
  readonly readings: readonly GivenReading[];
  /** Corrections made before. */
  readonly flags?: readonly Flag[];
  /** Fields that its document could not give. */
  readonly lost?: readonly LostField[];
};

/** The result of normalizing one document. */
export type NormalizedDocument =
  | { readonly kind: 'object'; readonly object: NormalObject }
  /** It must not count any more: deleted, or no longer a measurement. */
  | { readonly kind: 'withdrawn'; readonly objectId: string; readonly vendorVersion?: number }
  /** The vendor has not finished it; its update will follow. */
  | { readonly kind: 'waiting'; readonly objectId: string }
  /**
   * It holds no known measurement; the document is kept. `reason` is from a closed set. If it names its object, what was
   * measured of that before must not count any more.
   */
  | {
      readonly kind: 'unmapped';
      readonly reason: 'unknown_type' | 'no_readings' | 'unscorable' | 'placeholder';
      readonly objectId?: string;
      readonly vendorVersion?: number;
    }
  /** It holds an implausible value; the document is kept and counted. */
  | { readonly kind: 'quarantined'; readonly objectId?: string; readonly problems: readonly Problem[] };

/** The stored state and metric label of what is unmapped. Rows and dashboards know it by this name. */
export const unmappedState = 'kept';
