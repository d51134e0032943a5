import { createHash } from 'node:crypto';
import { deadLetterRecord, type IncomingMessage, type OutgoingMessage } from '@bridge/kafka';

/** A consumer's record of a message that it could not handle, without any content of the message. */
export type DeadLetter = {
  /** The position of the message, as `<topic>/<partition>/<offset>`. */
  readonly origin: string;
  /** The topic from which the message came, and to which it is republished. */
  readonly topic: string;
  readonly reason: string;
  readonly attempt: string;
  /** RFC 3339. */
  readonly time: string;
  /** The field at fault and its rule; of a list also which of its events. */
  readonly fault?: string;
  /** The same for every copy of one message, since a consumer whose position was reset dead-letters it again. */
  readonly identity: string;
};

/** The headers that `deadLetterMessage` in libs/kafka adds. All others belong to the message. */
const addedHeaders = new Set([
  ...['dlq-id', 'dlq-reason', 'dlq-origin', 'dlq-attempt', 'dlq-time'],
  ...['dlq-field', 'dlq-problem', 'dlq-element'],
]);

/** Reads the record in a message of a dead-letter topic. Returns undefined if no consumer of ours wrote it. */
export function describeDeadLetter(message: IncomingMessage): DeadLetter | undefined {
  const record = deadLetterRecord(message);
  if (record === undefined) return undefined;
  const { element, field, problem, ...letter } = record;
  const hash = createHash('sha256');
  for (const part of [message.key, message.value])
    hash.update(`${part?.length ?? 'null'}:`).update(part ?? '');
  const fault = [element, field, problem].filter((part) => part !== undefined);
  return {
    ...letter,
    ...(fault.length > 0 && { fault: fault.join(' ') }),
    identity: `${letter.origin} ${hash.digest('hex')}`,
  };
}

/** Returns the message as it first arrived: key, value and headers, byte for byte. */
export function originalMessage(
  { topic }: DeadLetter,
  { key, value, headers }: IncomingMessage,
): OutgoingMessage {
  const kept = Object.entries(headers).filter(([name]) => !addedHeaders.has(name));
  return { topic, key, value, headers: Object.fromEntries(kept) };
}
