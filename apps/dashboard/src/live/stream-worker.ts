import { createHub } from './hub.ts';
import { type TabMessage } from './live-message.ts';
import { openStream } from './open-stream.ts';

/** The SharedWorker: one stream for all tabs of this browser. */
const hub = createHub((emit) =>
  openStream({ EventSource, fetch: (...request) => fetch(...request), random: Math.random, emit }),
);

// The library of a worker's scope would clash with that of the page in one project.
type ConnectEvent = { readonly ports: readonly MessagePort[] };
const scope = globalThis as unknown as { onconnect: (event: ConnectEvent) => void };

scope.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return;
  if (typeof EventSource === 'undefined') {
    port.postMessage({ type: 'unsupported' });
    return;
  }
  const take = hub.join((message) => port.postMessage(message));
  port.onmessage = ({ data }: MessageEvent<TabMessage>) => take(data);
};
