import type { Connection } from '../../connections/domain/connection.ts';

/** Why a data type is silent. */
export const silenceCauses = [
  /** The vendor refuses our tokens: the person has to consent again. */
  'revoked',
  /** The vendor answers 403 to everything: the membership has ended. */
  'lapsed',
  /** The vendor answers 403 to this: the person did not grant its scope. */
  'scope_missing',
  /** The vendor sends no notices of it, since there is no subscription that works. */
  'subscription_gone',
  /** The vendor has no data either: the device is not worn, or its app not opened. */
  'vendor_has_nothing',
  /** The vendor has documents that never reached us; they are being fetched. */
  'missed',
  'vendor_unreachable',
] as const;
export type SilenceCause = (typeof silenceCauses)[number];

/** A data type that is silent. */
export type Silence = {
  readonly dataType: string;
  readonly cause: SilenceCause;
  /** The last arrival, or when the person connected. */
  readonly sinceMs: number;
};

/** The state of one connection as far as it is known without asking its vendor. */
export type FeedState = {
  readonly connection: Connection;
  readonly connectedAtMs: number;
  /** By data type. */
  readonly lastArrivals: ReadonlyMap<string, number>;
  /** Data types without a working subscription. */
  readonly unsubscribed: ReadonlySet<string>;
  /** The silences of the last check, and the alert about them. */
  readonly reported: ReportedSilence;
};

/** `alertId` is undefined while nothing is silent. */
export type ReportedSilence = { readonly alertId: string | undefined; readonly silences: readonly Silence[] };
