import { CodedError } from '@bridge/core';
import type { Move } from './batch-handler.ts';
import { messageHash, type IncomingMessage } from './message.ts';

/** The stored position of one partition; null where no message was read yet. */
export type StoredPosition = {
  readonly partition: number;
  readonly nextOffset: number;
  readonly clusterId: string;
  readonly lastOffset: number | null;
  readonly lastHash: Buffer | null;
};

/** One assigned partition in memory. */
export type Lane = {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to decide, as in the database. */
  committed: number;
  /** The next offset to take from Kafka into the inbox. */
  enqueued: number;
  /** One past the newest message in the log, as far as known. */
  highWatermark: number;
  /** The last message that was decided on. It is read again first and must be the same. */
  verify: { readonly offset: number; readonly hash: Buffer } | null;
};

export type LogEnds = { readonly low: number; readonly high: number };

/**
 * Checks a stored position against the log that Kafka has now. Throws `position_mismatch` when this is another log:
 * going on would skip messages or decide old ones again. `cli/reset-position` is the one way out.
 */
export function createLane(
  topic: string,
  partition: number,
  stored: StoredPosition | undefined,
  log: LogEnds & { readonly clusterId: string },
): Lane {
  const where = `${topic}/${partition}`;
  if (stored === undefined) {
    return { topic, partition, committed: log.low, enqueued: log.low, highWatermark: log.high, verify: null };
  }
  if (stored.clusterId !== log.clusterId) {
    throw mismatch(where, `it belongs to cluster ${stored.clusterId}, this is cluster ${log.clusterId}`);
  }
  if (log.high < stored.nextOffset) {
    throw mismatch(
      where,
      `it is ${stored.nextOffset}, but the log ends at ${log.high}; was the topic created anew?`,
    );
  }
  return {
    topic,
    partition,
    committed: stored.nextOffset,
    enqueued: stored.nextOffset,
    highWatermark: log.high,
    verify: lastRead(stored, log),
  };
}

/** The last message decided on, if there is one and retention has left it. */
function lastRead({ lastOffset, lastHash }: StoredPosition, { low }: LogEnds): Lane['verify'] {
  if (lastOffset === null || lastHash === null || lastOffset < low) return null;
  return { offset: lastOffset, hash: lastHash };
}

/** Where reading starts: at the last message decided on, to verify it, else at the position. */
export function startOffset(lane: Lane): number {
  return lane.verify?.offset ?? lane.committed;
}

/** Verifies the log and returns the messages from the position on, or an error if this is another log. */
export function admit(
  lane: Lane,
  messages: readonly IncomingMessage[],
): readonly IncomingMessage[] | CodedError {
  const first = messages[0];
  if (lane.verify && first) {
    if (first.offset === lane.verify.offset && !messageHash(first).equals(lane.verify.hash)) {
      return mismatch(
        `${lane.topic}/${lane.partition}`,
        `the message at ${first.offset} is not the one that was decided on; was the topic created anew?`,
      );
    }
    lane.verify = null;
  }
  return first !== undefined && first.offset >= lane.enqueued
    ? messages
    : messages.filter((message) => message.offset >= lane.enqueued);
}

export function laneMoved(lane: Lane, move: Move): void {
  lane.committed = move.to;
}

function mismatch(where: string, why: string): CodedError {
  return new CodedError(
    'position_mismatch',
    'permanent',
    `the stored position of ${where} does not fit this log: ${why} Run "npm run bridge -- reset-position --help".`,
  );
}
