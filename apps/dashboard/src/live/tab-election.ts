import { isWanted, union, type Interest, type LiveMessage, type TabMessage } from './live-message.ts';
import { type OpenStream } from './open-stream.ts';

/** The part of Web Locks that an election needs. */
export type Locks = {
  readonly request: (name: string, task: () => Promise<void>) => Promise<unknown>;
};

/** The part of a BroadcastChannel that tabs need: a message reaches every tab but its sender. */
export type Channel = {
  onmessage: ((message: { readonly data: ChannelMessage }) => unknown) | null;
  readonly postMessage: (message: ChannelMessage) => void;
};

export type ChannelMessage =
  | { readonly type: 'live'; readonly message: LiveMessage; readonly lastId: string | undefined }
  | { readonly type: 'interest'; readonly tab: string; readonly interest: Interest }
  | { readonly type: 'restart' }
  | { readonly type: 'bye'; readonly tab: string }
  /** A tab asks for the state of the connection; a new leader asks for interests. */
  | { readonly type: 'hello' };

type Options = {
  readonly locks: Locks;
  readonly channel: Channel;
  /** Of this tab, as no other has it. */
  readonly tab: string;
  readonly post: (message: LiveMessage) => void;
  readonly open: (emit: (message: LiveMessage) => void, lastId: string | undefined) => OpenStream;
};

const lockName = 'bridge-stream';

/**
 * One stream for all tabs without a SharedWorker: the tab that holds the lock has it and passes on to the others what it
 * brings. When that tab is closed the lock goes to another one, which resumes from the last id that all of them know.
 */
export function joinElection({ locks, channel, tab, post, open }: Options): (message: TabMessage) => void {
  const interests = new Map<string, Interest>([[tab, { events: [] }]]);
  let lastId: string | undefined;
  let stream: OpenStream | undefined;
  let connection: LiveMessage | undefined;
  let release: (() => void) | undefined;

  function emit(message: LiveMessage): void {
    if (message.type === 'connection') connection = message;
    if (stream !== undefined) lastId = stream.lastId() ?? lastId;
    if (isWanted(message, interests.get(tab) ?? { events: [] })) post(message);
    if (isWanted(message, union(interests.values()))) channel.postMessage({ type: 'live', message, lastId });
  }

  function restart(): void {
    if (release === undefined) return;
    stream?.close();
    stream = open(emit, undefined);
  }

  void locks.request(lockName, () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    release = () => resolve(undefined);
    channel.postMessage({ type: 'hello' });
    stream = open(emit, lastId);
    return promise;
  });

  channel.onmessage = ({ data }) => {
    switch (data.type) {
      case 'live':
        ({ lastId } = data);
        if (isWanted(data.message, interests.get(tab) ?? { events: [] })) post(data.message);
        break;
      case 'interest':
        interests.set(data.tab, data.interest);
        break;
      case 'bye':
        interests.delete(data.tab);
        break;
      case 'restart':
        restart();
        break;
      case 'hello': {
        const interest = interests.get(tab);
        if (interest !== undefined) channel.postMessage({ type: 'interest', tab, interest });
        if (stream !== undefined && connection !== undefined)
          channel.postMessage({ type: 'live', message: connection, lastId });
        break;
      }
    }
  };
  channel.postMessage({ type: 'hello' });

  return (message) => {
    switch (message.type) {
      case 'interest':
        interests.set(tab, message.interest);
        channel.postMessage({ ...message, tab });
        break;
      case 'restart':
        restart();
        channel.postMessage({ type: 'restart' });
        break;
      case 'bye':
        stream?.close();
        stream = undefined;
        channel.postMessage({ type: 'bye', tab });
        release?.();
        break;
    }
  };
}
