import type { EventKey } from '@bridge/postgres';
import type { SealInput } from '@bridge/vault';

/** Times are milliseconds since 1970, ids hex digits. */
export type EventRow = {
  readonly time: number;
  readonly eventId: string;
  readonly subjectId: string;
  readonly seq: number;
  readonly source: string;
  readonly eventType: string;
  readonly operation: string;
  readonly version: number;
  readonly receivedAt: number;
  /** `rule_sets.nr`. */
  readonly rules: number;
  /** See `metricBitsOf`. */
  readonly metrics: number;
  /** Of versions above 0 only; in hex. */
  readonly objectKey: string | null;
  /** Where it was read first. */
  readonly partition: number;
  readonly offset: number;
  readonly payload: SealInput;
};

export type StateRow = {
  readonly subjectId: string;
  /** The version that this row gets; the stored one must be one less. */
  readonly version: number;
  readonly seq: number;
  readonly mode: string | null;
  /** When the mode was entered; null before the first decision. */
  readonly modeSince: number | null;
  /** Of the newest event in the batch; null: it has none of this person. */
  readonly lastEventAt: number | null;
  readonly nextDue: number | null;
  readonly policyVersion: number;
  readonly state: SealInput;
};

export type TransitionRow = {
  readonly at: number;
  readonly transitionId: string;
  readonly subjectId: string;
  readonly seq: number;
  readonly from: string | null;
  readonly to: string;
  readonly reason: string;
  readonly ruleHash: string;
  readonly policyVersion: number;
  readonly cause: string | null;
  readonly record: Buffer;
};

export type InsightRow = {
  readonly time: number;
  readonly insightId: string;
  readonly subjectId: string;
  readonly seq: number;
  /** Among the insights of its decision. */
  readonly place: number;
  readonly insight: Buffer;
};

export type TickRow = {
  readonly subjectId: string;
  readonly seq: number;
  readonly due: number;
  readonly rules: number;
};

export type SnapshotRow = {
  readonly subjectId: string;
  readonly seq: number;
  readonly takenAt: number;
  readonly policyVersion: number;
  /** null: nothing was decided yet. */
  readonly state: Buffer | null;
};

/** The highest version of an object. */
export type ObjectRow = {
  readonly objectKey: string;
  readonly subjectId: string;
  readonly version: number;
  readonly eventId: string;
  readonly time: number;
};

/** What is sealed of these rows, in their order, with room for an array's head: see `Sealing`. */
export type SealedColumns = { readonly states: Buffer; readonly events: Buffer };

/** The rows of one batch, but for its positions and its outbox. */
export type BatchRows = {
  readonly keys: readonly EventKey[];
  readonly states: readonly StateRow[];
  readonly snapshots: readonly SnapshotRow[];
  readonly events: readonly EventRow[];
  readonly ticks: readonly TickRow[];
  readonly objects: readonly ObjectRow[];
  readonly transitions: readonly TransitionRow[];
  readonly insights: readonly InsightRow[];
};
