import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type LiveMessage } from '../src/live/live-message.ts';
import { openStream, type OpenStream } from '../src/live/open-stream.ts';
import { FakeSource } from './fake-source.ts';

/** The longest time between a refusal and the next try. */
const retryMs = 2_500;
let stream: OpenStream;
let messages: LiveMessage[];
let status: number | undefined;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  FakeSource.opened.length = 0;
  messages = [];
  status = 200;
  stream = openStream({
    EventSource: FakeSource as unknown as typeof EventSource,
    fetch: () =>
      status === undefined ? Promise.reject(new TypeError('away')) : Promise.resolve(answer(status)),
    random: () => 0.5,
    emit: (message) => messages.push(message),
  });
});
afterEach(() => {
  stream.close();
  vi.useRealTimers();
});

const answer = (code: number) => new Response(null, { status: code });
const source = () => FakeSource.opened.at(-1) ?? expect.fail('nothing was opened');
const lastEventId = () => new URL(source().url, 'http://edge').searchParams.get('last_event_id');
const continuity = () =>
  messages.flatMap((message) => (message.type === 'continuity' ? message.continuity : []));
const states = () => messages.flatMap((message) => (message.type === 'connection' ? message.state : []));

async function reopen() {
  const before = FakeSource.opened.length;
  source().fail(true);
  await vi.advanceTimersByTimeAsync(retryMs);
  expect(FakeSource.opened).toHaveLength(before + 1);
}

test('after a refusal it reads everything again where it had no id', async () => {
  source().open();
  await reopen();
  expect(lastEventId()).toBeNull();
  source().open();
  expect(continuity()).toEqual(['started', 'gap']);
});

test('after a refusal it resumes from the newest id', async () => {
  source().open();
  source().frame('event', 'v1-7');
  await reopen();
  expect(lastEventId()).toBe('v1-7');
  source().open();
  await vi.advanceTimersByTimeAsync(1_200);
  expect(continuity()).toEqual(['started', 'resumed']);
  expect(stream.lastId()).toBe('v1-7');
});

test('a connection that breaks is left to the browser, which resumes', async () => {
  source().open();
  source().frame('event', 'v1-7');
  source().fail(false);
  await vi.advanceTimersByTimeAsync(retryMs);
  expect(FakeSource.opened).toHaveLength(1);
  source().open();
  source().frame('alert', 'v1-8');
  expect(continuity()).toEqual(['started', 'resumed']);
});

test('a server that is away is tried again, and signs nobody out', async () => {
  source().open();
  status = undefined;
  await reopen();
  expect(states()).toEqual(['connecting', 'live', 'reconnecting']);
});

test('without a session it stops, and says so', async () => {
  source().open();
  status = 401;
  source().fail(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSource.opened).toHaveLength(1);
  expect(states().at(-1)).toBe('signed_out');
});

test('a closed stream opens nothing more', async () => {
  source().open();
  source().fail(true);
  stream.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSource.opened).toHaveLength(1);
});
