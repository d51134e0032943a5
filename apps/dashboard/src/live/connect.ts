import { createHub } from './hub.ts';
import { type LiveMessage, type TabMessage } from './live-message.ts';
import { openStream, type StreamSurroundings } from './open-stream.ts';
import { joinElection, type Channel, type Locks } from './tab-election.ts';

type Send = (message: TabMessage) => void;

/** How the tabs of this browser share the stream. */
export type Sharing = 'worker' | 'election' | 'alone';

/** Missing in some browsers, whatever the types say. */
type Browser = {
  readonly SharedWorker?: typeof SharedWorker;
  readonly BroadcastChannel?: typeof BroadcastChannel;
  readonly navigator: { readonly locks?: Locks };
};

/**
 * Joins the one stream of this browser. HTTP/1.1 allows six connections to a host, and each stream would hold one for
 * ever: the seventh tab could load nothing.
 */
export function connect(post: (message: LiveMessage) => void): {
  readonly send: Send;
  readonly sharing: Sharing;
} {
  const browser = globalThis as unknown as Browser;
  if (browser.SharedWorker !== undefined) return { send: joinWorker(post), sharing: 'worker' };
  return withoutWorker(post);
}

function joinWorker(post: (message: LiveMessage) => void): Send {
  const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), {
    type: 'module',
    name: 'bridge-stream',
  });
  let send: Send = (message) => worker.port.postMessage(message);
  const fallBack = () => {
    worker.port.close();
    ({ send } = withoutWorker(post));
  };
  worker.onerror = fallBack;
  worker.port.onmessage = ({ data }: MessageEvent<LiveMessage | { type: 'unsupported' }>) => {
    if (data.type === 'unsupported') fallBack();
    else post(data);
  };
  return (message) => send(message);
}

function withoutWorker(post: (message: LiveMessage) => void): {
  readonly send: Send;
  readonly sharing: Sharing;
} {
  const browser = globalThis as unknown as Browser;
  const surroundings: StreamSurroundings = {
    EventSource,
    fetch: (...request) => fetch(...request),
    random: Math.random,
  };
  const { locks } = browser.navigator;
  if (locks !== undefined && browser.BroadcastChannel !== undefined) {
    const channel = new browser.BroadcastChannel('bridge-stream') as unknown as Channel;
    const open = (emit: (message: LiveMessage) => void, lastId: string | undefined) =>
      openStream({ ...surroundings, emit, lastId });
    return {
      send: joinElection({ locks, channel, tab: crypto.randomUUID(), post, open }),
      sharing: 'election',
    };
  }
  const hub = createHub((emit) => openStream({ ...surroundings, emit }));
  return { send: hub.join(post), sharing: 'alone' };
}
