import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, type Closeable } from '@bridge/core';

export type Batcher<T> = Closeable & {
  /** Resolves when the item's batch is done; rejects with what went wrong for this item. */
  add(item: T): Promise<void>;
};

export type BatcherOptions<T> = {
  /** How long a batch that is not full waits for company, in milliseconds: who was answered just now sends again. */
  readonly lingerMs: number;
  readonly maxItems: number;
  /** More waiting items than this are refused at once, so that memory stays bounded. */
  readonly maxWaiting: number;
  /** Where items differ much in size: a batch ends with the item that fills `perBatch`, and `waiting` refuses as above. */
  readonly bytes?: { readonly of: (item: T) => number; readonly perBatch: number; readonly waiting: number };
  /** Returns the items that failed, each with its error. */
  readonly run: (items: readonly T[]) => Promise<ReadonlyMap<T, unknown>>;
};

type Waiting<T> = {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
};

/** Runs batches one after another: an item never overtakes one that was added before it. */
export function createBatcher<T>({
  lingerMs,
  maxItems,
  maxWaiting,
  bytes,
  run,
}: BatcherOptions<T>): Batcher<T> {
  const waiting: Waiting<T>[] = [];
  let waitingBytes = 0;
  let running: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      if (waiting.length < maxItems) await sleep(lingerMs);
      await runOne(nextBatch());
    }
    running = undefined;
  }

  function nextBatch(): Waiting<T>[] {
    if (bytes === undefined) return waiting.splice(0, maxItems);
    let items = 0;
    let size = 0;
    for (const { item } of waiting) {
      if (items === maxItems || size >= bytes.perBatch) break;
      items += 1;
      size += bytes.of(item);
    }
    waitingBytes -= size;
    return waiting.splice(0, items);
  }

  async function runOne(batch: readonly Waiting<T>[]): Promise<void> {
    try {
      const failed = await run(batch.map(({ item }) => item));
      for (const { item, resolve, reject } of batch) {
        if (failed.has(item)) reject(failed.get(item));
        else resolve();
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    async add(item) {
      if (waiting.length >= maxWaiting || (bytes !== undefined && waitingBytes >= bytes.waiting)) {
        throw new CodedError('overloaded', 'transient', 'Too many events wait to be stored.');
      }
      await new Promise<void>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        waitingBytes += bytes?.of(item) ?? 0;
        running ??= drain();
      });
    },
    close: async () => {
      await running;
    },
  };
}
