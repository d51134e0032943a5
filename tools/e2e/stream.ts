import { EventSource, type EventSourceFetchInit } from 'eventsource';
import { waitUntil } from '../local/wait-until.ts';
import { system } from './system.ts';

const kinds = ['event', 'transition', 'alert', 'insight', 'reset'] as const;

export type Frame = {
  readonly kind: (typeof kinds)[number];
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Time of arrival, in milliseconds of `performance.now()`. */
  readonly at: number;
};

/** A person's stream, which reconnects by itself like a dashboard. */
export type EventStream = Disposable & {
  readonly frames: readonly Frame[];
  /** Waits for this many frames and returns all frames. Its error names the frames that arrived. */
  readonly until: (count: number, withinMs?: number) => Promise<readonly Frame[]>;
};

/** While the gateway is away the edge answers 503, and an `EventSource` gives up at that. */
const againAfterMs = 500;

/** Opens `GET /stream` through the edge; resolves once it is open. */
export async function followStream(userId: string): Promise<EventStream> {
  const frames: Frame[] = [];
  let again: NodeJS.Timeout | undefined;
  let source = open();

  function open(): EventSource {
    const query = new URLSearchParams({ user_id: userId });
    const last = frames.at(-1)?.id;
    if (last !== undefined) query.set('last_event_id', last);
    const opened = new EventSource(`${system.edge}/stream?${query.toString()}`, { fetch: fetchWithKey });
    opened.onerror = () => {
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(() => (source = open()), againAfterMs);
    };
    for (const kind of kinds) {
      opened.addEventListener(kind, ({ data, lastEventId }) => {
        const body = JSON.parse(String(data)) as Frame['data'];
        frames.push({ kind, id: lastEventId, data: body, at: performance.now() });
      });
    }
    return opened;
  }

  await waitUntil('the stream', () => Promise.resolve(source.readyState === EventSource.OPEN), {
    withinMs: 10_000,
  });
  return {
    frames,
    until: async (count, withinMs = 10_000) => {
      const wanted = `frame ${count} (there are: ${frames.map(({ kind }) => kind).join(', ')})`;
      await waitUntil(wanted, () => Promise.resolve(frames.length >= count), { withinMs, everyMs: 10 });
      return frames;
    },
    [Symbol.dispose]: () => {
      clearTimeout(again);
      source.close();
    },
  };
}

function fetchWithKey(url: string | URL, init: EventSourceFetchInit): Promise<Response> {
  return fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${system.masterKey}` } });
}
