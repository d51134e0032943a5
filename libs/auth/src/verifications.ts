import { retryVerdict } from '@bridge/core';
import { LRUCache } from 'lru-cache';
import { createBatchedLookup, type BatchedLookupOptions } from './batched-lookup.ts';

/** An answer counts this long, so that a revocation works within a second. */
const freshMs = 800;
/** From this age on a counting answer is renewed while it is used, so that callers rarely wait. */
const renewMs = 400;
/** While the database cannot be reached, an answer counts this long. */
const staleMs = 10 * 60_000;
/** After a failed question, known callers are not made to wait for another one this long. */
const pauseMs = 1_000;

export type VerificationsOptions<T> = Pick<BatchedLookupOptions<T>, 'lookup' | 'now'> & {
  /** Default 1,000 ms. */
  readonly timeoutMs?: number;
};

type KnownAnswer<T> = { readonly value: T; readonly askedAt: number };

/**
 * Caches the database's answer about a hash for under a second. Good and unknown hashes are kept apart and bounded,
 * so that guessing cannot push out good ones. Returns undefined for an unknown hash; throws a transient error if the
 * database cannot be reached and nothing is remembered.
 */
export function createVerifications<T extends object>(options: VerificationsOptions<T>) {
  const { now } = options;
  const ask = createBatchedLookup<T>({ timeoutMs: 1_000, ...options });
  const known = new LRUCache<string, KnownAnswer<T>>({ max: 10_000 });
  const unknown = new LRUCache<string, { askedAt: number }>({ max: 10_000 });
  const pending = new Map<string, Promise<T | undefined>>();
  let failedAt = -Infinity;

  async function look(hash: string): Promise<T | undefined> {
    try {
      const { value, askedAt } = await ask(hash, known.has(hash) ? 'known' : 'guess');
      failedAt = -Infinity;
      if (value === undefined) {
        known.delete(hash);
        unknown.set(hash, { askedAt });
      } else {
        unknown.delete(hash);
        known.set(hash, { value, askedAt });
      }
      return value;
    } catch (error) {
      failedAt = now();
      throw error;
    } finally {
      pending.delete(hash);
    }
  }

  /** One question per hash at a time. */
  function renew(hash: string): Promise<T | undefined> {
    const running = pending.get(hash);
    if (running) return running;
    const started = look(hash);
    pending.set(hash, started);
    return started;
  }

  function renewMeanwhile(hash: string): void {
    // A caller that waits for the answer gets the failure; here nobody waits.
    renew(hash).catch(() => undefined);
  }

  return async function verify(hash: Buffer): Promise<T | undefined> {
    const id = hash.toString('hex');
    const entry = known.get(id);
    const denied = unknown.get(id);
    if (entry === undefined) {
      return denied !== undefined && now() - denied.askedAt < freshMs ? undefined : renew(id);
    }
    const age = now() - entry.askedAt;
    if (age < renewMs) return entry.value;
    const unreachable = now() - failedAt < pauseMs;
    if (age < freshMs || (unreachable && age < staleMs)) {
      renewMeanwhile(id);
      return entry.value;
    }
    try {
      return await renew(id);
    } catch (error) {
      if (age < staleMs && retryVerdict(error) === 'transient') return entry.value;
      throw error;
    }
  };
}
