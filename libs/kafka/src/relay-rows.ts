import type { OutgoingMessage } from './message.ts';

/** A committed outbox row, unsealed. */
export type RelayRow = {
  readonly id: number;
  /** The person, null for rows that have no order (dead letters). */
  readonly subjectId: string | null;
  readonly message: OutgoingMessage;
};

export type PendingRows = {
  /** All rows that this process wrote. */
  readonly own: boolean;
  /** All rows of these persons. */
  readonly subjectIds: readonly string[];
  /** And all rows older than this: their process is gone or cannot publish. */
  readonly abandonedAfterMs: number;
};

export type RelayStore = {
  /** Unpublished rows in id order, a few hundred at most; none behind a parked row of its person. */
  pending(wanted: PendingRows): Promise<readonly RelayRow[]>;
  remove(ids: readonly number[]): Promise<void>;
  park(id: number, reason: string): Promise<void>;
};
