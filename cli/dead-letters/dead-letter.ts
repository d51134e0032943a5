import { createHash } from 'node:crypto';
import { headerText, type IncomingMessage, type OutgoingMessage } from '@bridge/kafka';

/** What its consumer wrote about a message that it could never handle. Holds nothing of the message itself. */
export type DeadLetter = {
  /** `<topic>/<partition>/<offset>`: where the message was read. */
  readonly origin: string;
  /** The topic it was read from, and goes back to. */
  readonly topic: string;
  readonly reason: string;
  readonly attempt: string;
  /** RFC 3339. */
  readonly time: string;
  /** The same for every copy of one message: a consumer whose position was set back dead-letters it once more. */
  readonly identity: string;
};

/** Added by `deadLetterMessage` in libs/kafka; everything else came with the message. */
const addedHeaders = new Set(['dlq-id', 'dlq-reason', 'dlq-origin', 'dlq-attempt', 'dlq-time']);

/** Reads what a message of a dead-letter topic says of itself; undefined when it is not one of our consumers'. */
export function describeDeadLetter({ headers, key, value }: IncomingMessage): DeadLetter | undefined {
  const origin = headerText(headers, 'dlq-origin') ?? '';
  const [, topic] = /^(.+)\/\d+\/\d+$/.exec(origin) ?? [];
  if (topic === undefined) return undefined;
  const hash = createHash('sha256');
  for (const part of [key, value]) hash.update(`${part?.length ?? 'null'}:`).update(part ?? '');
  return {
    origin,
    topic,
    reason: headerText(headers, 'dlq-reason') ?? '',
    attempt: headerText(headers, 'dlq-attempt') ?? '',
    time: headerText(headers, 'dlq-time') ?? '',
    identity: `${origin} ${hash.digest('hex')}`,
  };
}

/** The message as it first arrived: key, value and headers, byte for byte. */
export function originalMessage(
  { topic }: DeadLetter,
  { key, value, headers }: IncomingMessage,
): OutgoingMessage {
  const kept = Object.entries(headers).filter(([name]) => !addedHeaders.has(name));
  return { topic, key, value, headers: Object.fromEntries(kept) };
}
