import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats a check every `everyMs` until it is true. A check that throws counts as false.
 *
 * @throws Error that names `what` after the time limit, or the reason of `signal` when that aborts.
 */
export async function waitUntil(
  what: string,
  check: () => Promise<boolean>,
  { withinMs, everyMs = 50, signal }: { withinMs: number; everyMs?: number; signal?: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await check().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error(`${what} was not ready within ${withinMs / 1000} s`);
    await sleep(everyMs, undefined, signal ? { signal } : {});
  }
}

/** Returns whether a GET of this URL answers 200 within a second. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
  await response.arrayBuffer();
  return response.status === 200;
}
