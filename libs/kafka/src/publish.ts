import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import type { Registry } from 'prom-client';
import { CodedError, type Closeable } from '@bridge/core';
import type { OutgoingMessage } from './message.ts';
import { partitionByKey } from './partition-by-key.ts';
import { PublishRefused, publishUnavailable } from './publish-errors.ts';
import { observePublisher } from './publish-metrics.ts';
import { sendOrSplit, sizeOf } from './send-batch.ts';

export type Publisher = Closeable & {
  /**
   * Resolves once all in-sync replicas have all of these messages. Messages go out in the order of the calls. Those of a call
   * that failed may have arrived or not: send them again under the same `ce_id`.
   * @throws PublishRefused when the broker will never take some of them; the others of this call were published.
   * @throws CodedError `publish_unavailable`, `publish_queue_full`, `publisher_closed` (transient), within seconds.
   */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Messages that wait or are under way. */
  readonly queued: number;
};

export type PublisherOptions = {
  /** How long the first message of an idle publisher waits for company, in milliseconds. Default 2. */
  readonly lingerMs?: number;
  /** Most bytes in one send; the broker measures a partition's share against `max.message.bytes`. Default 700 KiB. */
  readonly maxSendBytes?: number;
  /** Most messages that may wait; more are refused at once. Default 20,000. */
  readonly maxQueued?: number;
  /** A send without an answer fails its callers after this many milliseconds. Default 4,000. */
  readonly sendTimeoutMs?: number;
};

/** One call of `publish`, whose messages may travel in several sends. */
type Call = {
  left: number;
  readonly refused: Map<number, string>;
  resolve(): void;
  reject(error: CodedError): void;
};

type Slot = { readonly message: OutgoingMessage; readonly index: number; readonly call: Call };

const closeTimeoutMs = 8_000;

/**
 * kafkajs has no linger, and a send costs about as much for one message as for hundreds. So concurrent calls share a send, and
 * one send is under way at a time, which keeps their order. Connects on first use.
 */
export function createPublisher(
  { kafka, metrics }: { kafka: Kafka; metrics: Registry },
  {
    lingerMs = 2,
    maxSendBytes = 700 * 1024,
    maxQueued = 20_000,
    sendTimeoutMs = 4_000,
  }: PublisherOptions = {},
): Publisher {
  const producer = createProducer(kafka);
  const observed = observePublisher(metrics);
  const waiting: Slot[] = [];
  let sending = 0;
  /** A send ran out of time and kafkajs still tries: a second one beside it could overtake it. */
  let stuck = false;
  let running: Promise<void> | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    if (lingerMs > 0) await sleep(lingerMs);
    while (waiting.length > 0) await sendNext(takeSlots(waiting, maxSendBytes));
    running = undefined;
  }

  async function sendNext(slots: readonly Slot[]): Promise<void> {
    sending = slots.length;
    const stopTimer = observed.startSend();
    const outOfTime = setTimeout(() => {
      stuck = true;
      failAll(slots, publishUnavailable(undefined));
    }, sendTimeoutMs);
    try {
      await producer.connect();
      confirm(slots, await sendOrSplit(producer.kafkajs, slots));
    } catch (error) {
      if (!stuck) failAll(slots, publishUnavailable(error));
    } finally {
      clearTimeout(outOfTime);
      stopTimer();
      stuck = false;
      sending = 0;
    }
  }

  function confirm(slots: readonly Slot[], refused: ReadonlyMap<Slot, string>): void {
    for (const slot of slots) {
      if (!refused.has(slot)) observed.published(slot.message.topic);
      settleSlot(slot, refused.get(slot));
    }
    if (refused.size > 0) observed.failed('refused', refused.size);
  }

  /** Waiting messages fail with the send: otherwise a person's later message could overtake an earlier one. */
  function failAll(slots: readonly Slot[], error: CodedError): void {
    const failed = [...slots, ...waiting.splice(0)];
    for (const { call } of failed) call.reject(error);
    observed.failed('unavailable', failed.length);
  }

  function enqueue(messages: readonly OutgoingMessage[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const call: Call = { left: messages.length, refused: new Map(), resolve, reject };
      messages.forEach((message, index) => waiting.push({ message, index, call }));
      running ??= drain();
    });
  }

  return {
    get queued() {
      return waiting.length + sending;
    },
    async publish(messages) {
      if (messages.length === 0) return;
      if (closed) throw new CodedError('publisher_closed', 'transient', 'this publisher is closed');
      if (stuck) throw publishUnavailable(undefined);
      if (waiting.length + messages.length > maxQueued) {
        throw new CodedError('publish_queue_full', 'transient', 'too many messages wait for the broker');
      }
      await enqueue(messages);
    },
    async close() {
      if (closed) return;
      closed = true;
      await Promise.race([running, sleep(closeTimeoutMs, undefined, { ref: false })]);
      await producer.disconnect();
    },
  };
}

/** The next messages in order, as many as fit into a send; at least one. */
function takeSlots(waiting: Slot[], maxBytes: number): Slot[] {
  let bytes = 0;
  const firstTooMany = waiting.findIndex(({ message }) => (bytes += sizeOf(message)) > maxBytes);
  return waiting.splice(0, firstTooMany === -1 ? waiting.length : Math.max(firstTooMany, 1));
}

/** Ends a slot's part in its call; the call ends with its last slot. @param code Why the broker refuses the message for good. */
function settleSlot({ call, index }: Slot, code: string | undefined): void {
  if (code !== undefined) call.refused.set(index, code);
  call.left -= 1;
  if (call.left > 0) return;
  if (call.refused.size === 0) call.resolve();
  else call.reject(new PublishRefused(call.refused));
}

/** Connects on first use, and again after an attempt that failed. */
function createProducer(kafka: Kafka) {
  const producer = kafka.producer({
    createPartitioner: partitionByKey,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    // Few and quick: a caller with another way to keep a message must hear of a loss within seconds.
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 2 },
  });
  let connected: Promise<void> | undefined;

  return {
    kafkajs: producer,
    async connect(): Promise<void> {
      connected ??= producer.connect();
      try {
        await connected;
      } catch (error) {
        connected = undefined;
        throw error;
      }
    },
    async disconnect(): Promise<void> {
      if (connected) await producer.disconnect();
    },
  };
}
