import { deadLetterMessage, type IncomingMessage } from '@bridge/kafka';
import { expect, test } from 'vitest';
import { createDeadLetterCounts } from './dead-letter-counts.ts';

/** A dead letter at an offset, as it is read back. */
function letterAt(offset: number, reason: string, path?: string): IncomingMessage {
  const message = { topic: 't', partition: 0, offset: 7, key: null, value: null, headers: {}, brokerTime: 0 };
  const fault = path === undefined ? {} : { fault: { path, message: 'is missing' } };
  const { headers } = deadLetterMessage(message, { reason, attempt: 1, at: 0, ...fault });
  return { ...message, topic: 't.dlq', offset, headers: { ...headers }, brokerTime: offset };
}

function topic(letters: IncomingMessage[], { low = 0, perFetch = 100 } = {}) {
  const state = { letters, low, reads: 0 };
  const count = createDeadLetterCounts({
    ends: () =>
      Promise.resolve([{ partition: 0, low: state.low, high: (state.letters.at(-1)?.offset ?? -1) + 1 }]),
    fetch: (_topic, _partition, from) => {
      state.reads += 1;
      const messages = state.letters.filter(({ offset }) => offset >= from).slice(0, perFetch);
      return Promise.resolve({ messages, next: (messages.at(-1)?.offset ?? from - 1) + 1 });
    },
  });
  return { state, count: () => count(['t']) };
}

test('reads each letter once, and forgets those that the log dropped', async () => {
  const { state, count } = topic([letterAt(0, 'invalid', 'user_id'), letterAt(1, 'unreadable')]);
  expect(await count()).toEqual([
    { topic: 't', reason: 'unreadable', field: undefined, count: 1, newestAt: 1 },
    { topic: 't', reason: 'invalid', field: 'user_id', count: 1, newestAt: 0 },
  ]);
  await count();
  expect(state.reads).toBe(1);
  state.letters.push(letterAt(2, 'unreadable'));
  state.low = 1;
  expect(await count()).toEqual([
    { topic: 't', reason: 'unreadable', field: undefined, count: 2, newestAt: 2 },
  ]);
});

test('counts the newest of very many', async () => {
  const letters = Array.from({ length: 6_000 }, (_, offset) => letterAt(offset, 'invalid'));
  const { count } = topic(letters, { perFetch: 500 });
  expect(await count()).toMatchObject([{ count: 5_000, newestAt: 5_999 }]);
});

test('begins anew with a topic that was made anew', async () => {
  const { state, count } = topic([letterAt(0, 'invalid'), letterAt(1, 'invalid')]);
  await count();
  state.letters = [letterAt(0, 'unreadable')];
  expect(await count()).toMatchObject([{ reason: 'unreadable', count: 1 }]);
});

test('leaves out what no consumer of ours wrote, and keeps words short', async () => {
  const foreign = { ...letterAt(0, 'x'), headers: {} };
  const { count } = topic([foreign, letterAt(1, 'r'.repeat(500))]);
  const [only, ...others] = await count();
  expect([only?.reason.length, others]).toEqual([100, []]);
});

test('a topic that is not there costs the others nothing; none at all is an error', async () => {
  const gone = () => Promise.reject(new Error('no such topic'));
  const ends = (name: string) =>
    name === 't.dlq' ? Promise.resolve([{ partition: 0, low: 0, high: 1 }]) : gone();
  const fetch = () => Promise.resolve({ messages: [letterAt(0, 'invalid')], next: 1 });
  const count = createDeadLetterCounts({ ends, fetch });
  expect(await count(['other', 't'])).toMatchObject([{ topic: 't', count: 1 }]);
  await expect(count(['other', 'another'])).rejects.toThrow('no such topic');
});

test('records that nobody is given do not stop the reading', async () => {
  const ends = () => Promise.resolve([{ partition: 0, low: 0, high: 9 }]);
  const count = createDeadLetterCounts({
    ends,
    fetch: (_t, _p, from) => Promise.resolve({ messages: [], next: from }),
  });
  expect(await count(['t'])).toEqual([]);
});
