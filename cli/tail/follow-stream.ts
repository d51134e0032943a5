import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@bridge/core';
import { createParser } from 'eventsource-parser';
import type { ApiAccess } from '../api/api-options.ts';
import { HttpRefusal, refusal, targetOf, unreachable, type Question } from '../api/http-api.ts';

export type Frame = {
  /** The position after it: `--from` goes on there. */
  readonly id: string | undefined;
  readonly kind: string;
  readonly data: unknown;
};

export type FollowOptions = {
  readonly access: ApiAccess;
  readonly query: NonNullable<Question['query']>;
  /** Where to go on; from now on when missing. */
  readonly from: string | undefined;
  readonly signal: AbortSignal;
  readonly onFrame: (frame: Frame) => void;
  readonly log: Log;
  /** Without a byte for so long the connection is dead, in milliseconds. Default: three times the server's keep-alive. */
  readonly silenceMs?: number;
};

const firstDelayMs = 1_000;
const longestDelayMs = 30_000;
/** A frame holds at most one message. */
const longestFrame = 2 * 1_024 * 1_024;

/**
 * Reads `GET /stream` until `signal` aborts, and goes on after a cut with the id that it had. It throws what no second try
 * would change: a refusal, or a server that was never there.
 */
export async function followStream(options: FollowOptions): Promise<void> {
  const { signal, log } = options;
  const state = { lastId: options.from, retryMs: firstDelayMs, wasOpen: false };
  const isOver = () => signal.aborted;
  let failures = 0;
  while (!isOver()) {
    const cause = await readOnce(options, state, () => {
      if (failures > 0) log.info('Connected again.');
      failures = 0;
    });
    if (isOver()) return;
    failures += 1;
    const delayMs = Math.max(cause.afterMs, Math.min(longestDelayMs, state.retryMs * 2 ** (failures - 1)));
    log.warn(`${cause.reason} Trying again in ${Math.ceil(delayMs / 1_000)} s.`);
    // Aborted: the loop ends.
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  }
}

type State = { lastId: string | undefined; retryMs: number; wasOpen: boolean };
type Cut = { readonly reason: string; readonly afterMs: number };

/** One connection, to its end. Returns why another one is needed. */
async function readOnce(options: FollowOptions, state: State, onOpen: () => void): Promise<Cut> {
  const { access, query, signal, silenceMs = 45_000 } = options;
  const silence = new AbortController();
  const watchdog = setTimeout(() => silence.abort(), silenceMs);
  try {
    const response = await fetch(targetOf(access.url, '/stream', { query }), {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${access.key}`,
        ...(state.lastId !== undefined && { 'last-event-id': state.lastId }),
      },
      redirect: 'manual',
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok) return await refused(response);
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (!isStream || response.body === null)
      throw new HttpRefusal(response.status, 'There is no stream at that address. Check --url.');
    state.wasOpen = true;
    onOpen();
    await readFrames(response.body, { options, state, onBytes: () => watchdog.refresh() });
    return { reason: 'The stream ended.', afterMs: 0 };
  } catch (error) {
    if (error instanceof HttpRefusal) throw error;
    if (silence.signal.aborted) return { reason: 'The stream went silent.', afterMs: 0 };
    if (!state.wasOpen && !signal.aborted) throw new Error(unreachable(access.url, error), { cause: error });
    return { reason: 'The connection was lost.', afterMs: 0 };
  } finally {
    clearTimeout(watchdog);
  }
}

/** What passes by itself is tried again; what does not is thrown. */
async function refused(response: Response): Promise<Cut> {
  const { status, headers } = response;
  if (status !== 429 && status < 500) throw await refusal(response);
  await response.body?.cancel();
  const seconds = Number(headers.get('retry-after') ?? 0);
  return {
    reason: `The server answered ${status}.`,
    afterMs: Number.isFinite(seconds) ? seconds * 1_000 : 0,
  };
}

type Reading = {
  readonly options: FollowOptions;
  readonly state: State;
  readonly onBytes: () => void;
};

async function readFrames(
  body: ReadableStream<Uint8Array>,
  { options, state, onBytes }: Reading,
): Promise<void> {
  const parser = createParser({
    maxBufferSize: longestFrame,
    // A keep-alive moves the position on too, and is no event.
    onId: (id) => (state.lastId = id),
    onRetry: (ms) => (state.retryMs = Math.min(ms, longestDelayMs)),
    onEvent: ({ id, event = 'message', data }) => {
      if (!options.signal.aborted) options.onFrame({ id, kind: event, data: parsed(data) });
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    onBytes();
    parser.feed(decoder.decode(chunk, { stream: true }));
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    // Not ours; it is shown as it came.
    return data;
  }
}
