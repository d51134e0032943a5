import type { IncomingMessage } from './message.ts';

/** Messages between Kafka's fetches and the batch loop: one queue per partition, bounded in all. */
export type Inbox = {
  push(messages: readonly IncomingMessage[]): void;
  /** Up to `maxMessages` and about `maxBytes`, taken from the partitions in turn; order kept within each. */
  take(maxMessages: number, maxBytes: number): IncomingMessage[];
  /** Puts messages back in front. */
  putBack(messages: readonly IncomingMessage[]): void;
  clear(): void;
  hasRoom(): boolean;
  isEmpty(): boolean;
  /** How many messages wait. */
  count(): number;
  /** Resolves at the next push, take, clear or `wake`. */
  changed(): Promise<void>;
  wake(): void;
};

/** Each turn takes this many from one partition, so that a busy one does not starve the others. */
const turn = 100;

export function createInbox(limits: { readonly maxMessages: number; readonly maxBytes: number }): Inbox {
  const queues = new Map<string, { messages: IncomingMessage[]; head: number }>();
  let count = 0;
  let bytes = 0;
  let change = Promise.withResolvers<undefined>();

  const queueOf = ({ topic, partition }: IncomingMessage) => {
    const id = `${topic}/${partition}`;
    const queue = queues.get(id) ?? { messages: [], head: 0 };
    queues.set(id, queue);
    return queue;
  };
  const wake = () => {
    change.resolve(undefined);
    change = Promise.withResolvers<undefined>();
  };
  const add = (added: readonly IncomingMessage[]) => {
    count += added.length;
    for (const message of added) bytes += sizeOf(message);
    wake();
  };

  return {
    push: (messages) => {
      for (const message of messages) queueOf(message).messages.push(message);
      add(messages);
    },
    take: (maxMessages, maxBytes) => {
      const taken: IncomingMessage[] = [];
      let room = maxBytes;
      while (taken.length < maxMessages && room > 0 && count > 0) {
        for (const queue of queues.values()) {
          const end = Math.min(
            queue.messages.length,
            queue.head + turn,
            queue.head + maxMessages - taken.length,
          );
          for (; queue.head < end && room > 0; queue.head += 1) {
            const message = queue.messages[queue.head];
            if (message === undefined) break;
            taken.push(message);
            count -= 1;
            bytes -= sizeOf(message);
            room -= sizeOf(message);
          }
          // Compacted now and then: shifting an array once per message is quadratic.
          if (queue.head > 1_000) queue.messages = queue.messages.slice(queue.head);
          if (queue.head > 1_000) queue.head = 0;
        }
      }
      if (taken.length > 0) wake();
      return taken;
    },
    putBack: (messages) => {
      const byQueue = Map.groupBy(messages, queueOf);
      for (const [queue, returned] of byQueue) {
        queue.messages = [...returned, ...queue.messages.slice(queue.head)];
        queue.head = 0;
      }
      add(messages);
    },
    clear: () => {
      queues.clear();
      count = 0;
      bytes = 0;
      wake();
    },
    hasRoom: () => count < limits.maxMessages && bytes < limits.maxBytes,
    isEmpty: () => count === 0,
    count: () => count,
    changed: () => change.promise,
    wake,
  };
}

const sizeOf = (message: IncomingMessage): number =>
  64 + (message.value?.length ?? 0) + (message.key?.length ?? 0);
