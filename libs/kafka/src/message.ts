import { createHash } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import { PackedHeaders, type MessageHeaders } from './kafkajs-patches/headers.ts';

/** A message as it was read. Offsets are numbers: they stay far below 2^53. */
export type IncomingMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As they came: a header can be given more than once. */
  readonly headers: MessageHeaders;
  /** The broker's time (LogAppendTime), in milliseconds since 1970. */
  readonly brokerTime: number;
};

/** A message to be sent. */
export type OutgoingMessage = {
  readonly topic: string;
  /** The person's user_id for our topics; null spreads messages over the partitions. */
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string | Buffer | (string | Buffer)[]>>;
};

export function fromKafka(topic: string, partition: number, message: KafkaMessage): IncomingMessage {
  return new ReadMessage(topic, partition, message);
}

class ReadMessage implements IncomingMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly brokerTime: number;
  readonly packed: MessageHeaders | PackedHeaders;

  constructor(topic: string, partition: number, message: KafkaMessage) {
    this.topic = topic;
    this.partition = partition;
    this.offset = Number(message.offset);
    this.key = message.key;
    this.value = message.value;
    this.brokerTime = Number(message.timestamp);
    this.packed = (message.headers ?? {}) as MessageHeaders | PackedHeaders;
  }

  /** Unpacked each time: nobody needs all of them twice. */
  get headers(): MessageHeaders {
    return this.packed instanceof PackedHeaders ? this.packed.all() : this.packed;
  }
}

/** One header of a message as text, without unpacking the others. */
export function headerOf(message: IncomingMessage, name: string): string | undefined {
  if (!(message instanceof ReadMessage)) return headerText(message.headers, name);
  const { packed } = message;
  return packed instanceof PackedHeaders ? packed.first(name)?.toString() : headerText(packed, name);
}

/** Distinguishes this message from another one at the same offset of a recreated topic. */
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
