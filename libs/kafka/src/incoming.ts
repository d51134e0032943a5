import { createHash } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';

/** A message as it was read. Offsets are numbers: they stay far below 2^53. */
export type IncomingMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As they came: a header can be given more than once. */
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[]>>;
  /** The broker's time (LogAppendTime), in milliseconds since 1970. */
  readonly brokerTime: number;
};

export function fromKafka(topic: string, partition: number, message: KafkaMessage): IncomingMessage {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key,
    value: message.value,
    headers: (message.headers ?? {}) as IncomingMessage['headers'],
    brokerTime: Number(message.timestamp),
  };
}

/** Tells this message from another one that sits at the same offset of a recreated topic. */
export function messageHash({ key, value }: Pick<IncomingMessage, 'key' | 'value'>): Buffer {
  const hash = createHash('sha256');
  for (const part of [key, value]) hash.update(`${part?.length ?? 'null'}:`).update(part ?? '');
  return hash.digest().subarray(0, 16);
}

/** A header as text; of one that is given more than once, the first. */
export function headerText(headers: IncomingMessage['headers'], name: string): string | undefined {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value)?.toString();
}
