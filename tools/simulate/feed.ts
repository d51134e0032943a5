import { setTimeout as sleep } from 'node:timers/promises';
import { dayPosts, pastPosts, type Post } from './play-demo.ts';

export type FeedOptions = {
  /** Origin of the edge. */
  readonly edgeUrl: string;
  /** A key with the scope `ingest`. */
  readonly apiKey: string;
  readonly seed: number;
  /** Real minutes that a simulated day takes; 24 unless given. */
  readonly dayMinutes?: number;
  /** Hears of failures, without bodies. */
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
};

/** Also when a device syncs in bulk. */
const leastSpacingMs = 50;
const pauseAfterFailureMs = 5000;

/** Posts two weeks of history, then plays day after day until `signal` aborts. */
export async function runFeed(options: FeedOptions): Promise<void> {
  const { seed, dayMinutes = 24, signal } = options;
  await postAll(pastPosts({ seed, startedAt: Date.now() }), options);
  const play = { seed, dayMinutes, startedAt: Date.now() };
  for (let nth = 0; !signal.aborted; nth += 1) await postAll(dayPosts(play, nth), options);
}

async function postAll(posts: readonly Post[], options: FeedOptions): Promise<void> {
  const { report, signal } = options;
  for (const post of posts) {
    // An abort ends the pause; the loop then stops by itself.
    const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
    await pause(Math.max(leastSpacingMs, post.due - Date.now()));
    if (signal.aborted) return;
    const failure = await send(post, options);
    if (failure === undefined) continue;
    report(`demo feed: ${failure}`);
    await pause(pauseAfterFailureMs);
  }
}

async function send(
  { source, body }: Post,
  { edgeUrl, apiKey, signal }: FeedOptions,
): Promise<string | undefined> {
  try {
    const response = await fetch(`${edgeUrl}/webhooks/${source}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    await response.arrayBuffer();
    return response.ok ? undefined : `answered ${response.status}`;
  } catch (error) {
    if (signal.aborted) return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}
