import { CodedError } from '@bridge/core';

/** The database's answer about one hash, and when it was asked (ms). */
export type Answer<T> = { readonly value: T | undefined; readonly askedAt: number };

export type BatchedLookupOptions<T> = {
  /** Values by hash in hex; a hash without a value is left out. */
  readonly lookup: (hashes: readonly Buffer[]) => Promise<Map<string, T>>;
  readonly now: () => number;
  /** An unanswered question fails after this long, so that a hanging database does not hold up callers. */
  readonly timeoutMs: number;
};

type PendingLookup<T> = {
  readonly hash: string;
  readonly resolve: (answer: Answer<T>) => void;
  readonly reject: (error: unknown) => void;
};

const maxBatch = 500;
const maxGuesses = 5_000;

/** `known`: this hash was good a moment ago. `guess`: it was never seen. */
export type LookupQueue = 'known' | 'guess';

/**
 * Asks the database one question at a time; hashes that arrive meanwhile go into the next one. However many keys somebody
 * guesses, they cost one connection, and past `maxGuesses` the caller gets a transient error instead of a place in the queue.
 */
export function createBatchedLookup<T>({ lookup, now, timeoutMs }: BatchedLookupOptions<T>) {
  /** Callers seen before go first and are never turned away: a flood of guesses must not keep a revoked key alive. */
  const queues: Record<LookupQueue, PendingLookup<T>[]> = { known: [], guess: [] };
  let running = false;

  function nextBatch(): PendingLookup<T>[] {
    const known = queues.known.splice(0, maxBatch);
    return [...known, ...queues.guess.splice(0, maxBatch - known.length)];
  }

  async function drain(): Promise<void> {
    running = true;
    for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) await ask(batch);
    running = false;
  }

  async function ask(batch: readonly PendingLookup<T>[]): Promise<void> {
    const askedAt = now();
    try {
      const hashes = batch.map(({ hash }) => Buffer.from(hash, 'hex'));
      const values = await within(timeoutMs, lookup(hashes));
      for (const { hash, resolve } of batch) resolve({ value: values.get(hash), askedAt });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return function lookupOne(hash: string, queue: LookupQueue): Promise<Answer<T>> {
    if (queue === 'guess' && queues.guess.length >= maxGuesses) {
      return Promise.reject(new CodedError('auth_busy', 'transient', 'Too many keys are being checked.'));
    }
    return new Promise((resolve, reject) => {
      queues[queue].push({ hash, resolve, reject });
      if (!running) void drain();
    });
  };
}

async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new CodedError('auth_timeout', 'transient', 'The database did not answer whether a key is valid.'),
      );
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
