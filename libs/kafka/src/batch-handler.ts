import type { IncomingMessage } from './message.ts';

/** How to work on a batch this time. */
export type Attempt = {
  readonly messages: readonly IncomingMessage[];
  /** Read under row locks and keep them until the commit: this attempt cannot lose to another worker. */
  readonly locked: boolean;
  /** The batch is one message that defeated every attempt: dead-letter it, decide nothing. */
  readonly poisoned: boolean;
  /** Attempts so far, this one included. */
  readonly number: number;
};

/** A step of one partition's position. The transaction must fail with `fenced` unless it starts at `from`. */
export type Move = {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly lastOffset: number;
  readonly lastTime: number;
  readonly lastHash: Buffer;
};

/**
 * A service's part in a batch. `prepare` reads and decides, and may run while the batch before is committing, so
 * it counts that one's keys and states as seen. `commit` writes everything, the positions first, in one transaction.
 */
export type BatchHandler<Prepared> = {
  prepare(attempt: Attempt): Promise<Prepared>;
  commit(prepared: Prepared, moves: readonly Move[]): Promise<void>;
  /** After the commit: hand messages to the relay, count outcomes. Must not throw. */
  settled(prepared: Prepared): void;
  /** Prepared, but will never be committed: release its connection. */
  abandon(prepared: Prepared): Promise<void> | void;
  /** Drop every cached state: another worker may have changed the rows. */
  forget(): void;
};
