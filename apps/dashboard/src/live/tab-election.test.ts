import { expect, test } from 'vitest';
import { type Happening, type LiveMessage, type TabMessage } from './live-message.ts';
import { joinElection, type Channel, type ChannelMessage, type Locks } from './tab-election.ts';

/** Browsers give a lock to one tab after the other. */
function createLocks(): Locks {
  let last: Promise<unknown> = Promise.resolve();
  return {
    request: (_name, task) => {
      last = last.then(task);
      return last;
    },
  };
}

function createChannels() {
  const channels: Channel[] = [];
  return function join(): Channel {
    const channel: Channel = {
      onmessage: null,
      postMessage: (data: ChannelMessage) => {
        for (const other of channels) if (other !== channel) other.onmessage?.({ data });
      },
    };
    channels.push(channel);
    return channel;
  };
}

function createBrowser() {
  const locks = createLocks();
  const channel = createChannels();
  const streams: {
    tab: string;
    lastId: string | undefined;
    emit: (message: LiveMessage) => void;
    id?: string;
  }[] = [];
  const heard = new Map<string, LiveMessage[]>();

  function open(tab: string): (message: TabMessage) => void {
    heard.set(tab, []);
    return joinElection({
      locks,
      channel: channel(),
      tab,
      post: (message) => heard.get(tab)?.push(message),
      open: (emit, lastId) => {
        const stream: (typeof streams)[number] = { tab, lastId, emit };
        streams.push(stream);
        return { lastId: () => stream.id ?? lastId, close: () => undefined };
      },
    });
  }

  const of = (tab: string) => heard.get(tab)?.map((message) => message.type);
  return { open, streams, of };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const live: LiveMessage = { type: 'connection', state: 'live' };
const event = (userId: string): LiveMessage => ({
  type: 'happening',
  happening: { kind: 'event', body: { user_id: userId } } as Happening,
});

test('one tab has the stream and the others hear what it brings', async () => {
  const { open, streams, of } = createBrowser();
  for (const tab of ['a', 'b', 'c']) open(tab);
  await settled();
  expect(streams.map(({ tab }) => tab)).toEqual(['a']);
  streams[0]?.emit(live);
  expect([of('a'), of('b'), of('c')]).toEqual([['connection'], ['connection'], ['connection']]);
});

test('a tab that comes later hears how the connection is', async () => {
  const { open, streams, of } = createBrowser();
  open('a');
  await settled();
  streams[0]?.emit(live);
  open('b');
  expect(of('b')).toEqual(['connection']);
});

test('each tab gets the events of those whom it shows', async () => {
  const { open, streams, of } = createBrowser();
  open('a');
  const b = open('b');
  await settled();
  b({ type: 'interest', interest: { events: ['ada'] } });
  streams[0]?.emit(event('ada'));
  streams[0]?.emit(event('bob'));
  expect([of('a'), of('b')]).toEqual([[], ['happening']]);
});

test('when the tab with the stream is closed, the next one resumes from the newest id', async () => {
  const { open, streams, of } = createBrowser();
  const a = open('a');
  const b = open('b');
  open('c');
  await settled();
  b({ type: 'interest', interest: { events: ['ada'] } });
  const [first] = streams;
  if (first !== undefined) first.id = 'v1-7';
  first?.emit(event('ada'));
  a({ type: 'bye' });
  await settled();
  expect(streams.map(({ tab, lastId }) => [tab, lastId])).toEqual([
    ['a', undefined],
    ['b', 'v1-7'],
  ]);
  streams[1]?.emit(live);
  expect(of('c')).toEqual(['connection']);
});

test('the new tab knows whom the others show', async () => {
  const { open, streams, of } = createBrowser();
  const a = open('a');
  open('b');
  const c = open('c');
  c({ type: 'interest', interest: { events: ['ada'] } });
  await settled();
  a({ type: 'bye' });
  await settled();
  streams[1]?.emit(event('ada'));
  expect(of('c')).toEqual(['happening']);
});

test('whoever signs in, the stream begins anew without an id', async () => {
  const { open, streams } = createBrowser();
  open('a');
  const b = open('b');
  await settled();
  b({ type: 'restart' });
  expect(streams.map(({ tab, lastId }) => [tab, lastId])).toEqual([
    ['a', undefined],
    ['a', undefined],
  ]);
});
