import { CodedError } from '@bridge/core';

/** The broker will never take some messages of a call: too large, or not valid for their topic. The others were published. */
export class PublishRefused extends CodedError {
  /** Index in the call → the broker's error type, for example `MESSAGE_TOO_LARGE`. */
  readonly refused: ReadonlyMap<number, string>;

  constructor(refused: ReadonlyMap<number, string>) {
    super('publish_refused', 'permanent', `the broker refuses ${refused.size} message(s) for good`);
    this.refused = refused;
  }
}

/** The broker measures a batch as it arrives, compressed or not. */
export const sizeRefusals: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/**
 * Errors that lie in the message. Everything else (a lost broker, a missing topic or permission) can be put right without
 * touching the message, so it is transient; kafkajs's own TypeErrors after a lost connection are, too.
 */
const refusals = new Set([
  ...sizeRefusals,
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
]);

/** The broker's error type when it refuses a batch because of a message in it, else undefined. */
export function refusalCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const type: unknown = 'type' in error ? error.type : undefined;
  return typeof type === 'string' && refusals.has(type) ? type : refusalCode(error.cause);
}

export function publishUnavailable(cause: unknown): CodedError {
  return new CodedError('publish_unavailable', 'transient', 'Kafka did not confirm the messages', { cause });
}
