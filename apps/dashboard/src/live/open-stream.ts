import { happeningKinds, type LiveMessage } from './live-message.ts';
import { advance, newStream, type StreamInput } from './stream-progress.ts';

/** Of an EventSource that the server refused; the browser tries no more. Spread, so that not everybody comes at once. */
const retryMs = { least: 1_000, spread: 1_500 };
/** A server that can't resume says so first. */
const quietMs = 1_200;

export type OpenStream = {
  /** For the tab that goes on when this one closes. */
  readonly lastId: () => string | undefined;
  readonly close: () => void;
};

/** What a stream needs of the browser; the same in a page and in a worker. */
export type StreamSurroundings = {
  readonly EventSource: typeof EventSource;
  readonly fetch: typeof fetch;
  readonly random: () => number;
};

type Options = StreamSurroundings & {
  readonly emit: (message: LiveMessage) => void;
  readonly lastId?: string | undefined;
};

/** Follows the stream for as long as somebody is signed in, and says whether anything was missed. */
export function openStream({ EventSource, fetch, random, emit, lastId }: Options): OpenStream {
  let progress = { ...newStream, lastId, isReopening: lastId !== undefined };
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  function take(input: StreamInput): void {
    if (isClosed) return;
    const { progress: next, messages } = advance(progress, input);
    progress = { ...next };
    for (const message of messages) emit(message);
  }

  function open(): void {
    // Nobody is named: the server then sends everyone whom the session may see.
    const id = progress.lastId;
    source = new EventSource(`/stream${id === undefined ? '' : `?last_event_id=${encodeURIComponent(id)}`}`);
    const opened = source;
    opened.onopen = () => {
      take({ type: 'opened' });
      wait(() => take({ type: 'quiet' }), quietMs);
    };
    opened.onerror = () => {
      take({ type: 'failed' });
      if (opened.readyState === 2) wait(() => void reopen(), retryMs.least + random() * retryMs.spread);
    };
    for (const kind of [...happeningKinds, 'snapshot', 'lagging', 'reset']) {
      opened.addEventListener(kind, (message: MessageEvent<string>) => {
        take({ type: 'frame', kind, id: message.lastEventId, data: message.data });
      });
    }
  }

  async function reopen(): Promise<void> {
    // A server that is away is no reason to sign out.
    const status = await fetch('/session').then(
      (response) => response.status,
      () => undefined,
    );
    if (isClosed) return;
    if (status === 401 || status === 403) emit({ type: 'connection', state: 'signed_out' });
    else open();
  }

  function wait(task: () => void, ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(task, ms);
  }

  emit({ type: 'connection', state: 'connecting' });
  open();
  return {
    lastId: () => progress.lastId,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      source?.close();
    },
  };
}
