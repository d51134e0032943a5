import { createHash } from 'node:crypto';
import type { BiometricEvent } from '@bridge/contracts';
import type { Redis } from '@bridge/redis';
import { createPolicies } from '@bridge/resilience';
import { silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterEach, expect, it, vi } from 'vitest';
import { createKnownContents } from './known-contents.ts';

/** Redis as far as it is used; `commands` are those that were sent. */
function fakeRedis() {
  const entries = new Map<string, string>();
  const commands: string[] = [];
  const state = { down: false };
  const client = {
    mget(keys: readonly string[]) {
      commands.push(`mget ${keys.length}`);
      return Promise.resolve(keys.map((key) => entries.get(key) ?? null));
    },
    eval(_script: string, count: number, ...args: readonly (string | number)[]) {
      commands.push(`set ${count} for ${args[count]}`);
      for (let nr = 0; nr < count; nr += 1) {
        const key = String(args[nr]);
        if (!entries.has(key)) entries.set(key, String(args[count + 1 + nr]));
      }
      return Promise.resolve(null);
    },
  };
  const redis = {
    run: (use: (fake: typeof client) => Promise<unknown>) =>
      state.down ? Promise.reject(new Error('down')) : use(client),
  } as unknown as Redis;
  return { redis, entries, commands, state };
}

function contentsOf(redis: Redis) {
  return createKnownContents({
    redis,
    policies: createPolicies({ metrics: new Registry(), log: silentLog }),
    vault: { userIndex: (text) => createHash('sha256').update(`key\n${text}`).digest() },
  });
}

const event = (id: string, content: string) =>
  ({ event_id: id, provenance: { content_hash: content } }) as BiometricEvent;

afterEach(() => vi.useRealTimers());

it('asks once for all requests of a moment', async () => {
  const { redis, entries, commands } = fakeRedis();
  entries.set('ingest:content:2', 'note');
  const contents = contentsOf(redis);
  const found = await Promise.all([contents.find(['1']), contents.find(['2', '3'])]);
  expect(found.map((notes) => [...notes])).toEqual([[], [['2', 'note']]]);
  expect(commands).toEqual(['mget 3']);
});

it('asks at once for what came while it waited', async () => {
  const { redis, commands } = fakeRedis();
  const contents = contentsOf(redis);
  const first = contents.find(['1']);
  await vi.waitFor(() => expect(commands).toEqual(['mget 1']));
  const later = [contents.find(['2']), contents.find(['3'])];
  await Promise.all([first, ...later]);
  expect(commands).toEqual(['mget 1', 'mget 2']);
});

it('knows at once what is remembered, and sends it together, for 48 hours', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { redis, entries, commands } = fakeRedis();
  const contents = contentsOf(redis);
  const [one, two] = [event('1', 'a'), event('2', 'b')];
  contents.remember([one]);
  contents.remember([two]);
  const known = new Map([one, two].map((each) => [each.event_id, contents.noteOf(each)]));
  expect(await contents.find(['1', '2'])).toEqual(known);
  expect(commands).toEqual([]);
  await vi.advanceTimersByTimeAsync(20);
  expect(commands).toEqual(['set 2 for 172800']);
  expect(await contents.find(['1', '2'])).toEqual(known);
  expect(commands).toEqual(['set 2 for 172800', 'mget 2']);
  expect([...entries.keys()]).toEqual(['ingest:content:1', 'ingest:content:2']);
  expect([...entries.values()].join()).not.toMatch(/^[ab],/);
});

it('keeps the first content, and tells contents and ids apart', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { redis } = fakeRedis();
  const contents = contentsOf(redis);
  const first = contents.noteOf(event('1', 'a'));
  contents.remember([event('1', 'a')]);
  contents.remember([event('1', 'b')]);
  await vi.advanceTimersByTimeAsync(20);
  contents.remember([event('1', 'c')]);
  await vi.advanceTimersByTimeAsync(20);
  expect((await contents.find(['1'])).get('1')).toBe(first);
  const notes = [event('1', 'a'), event('1', 'b'), event('2', 'a')].map((one) => contents.noteOf(one));
  expect(new Set(notes).size).toBe(3);
});

it('knows nothing while Redis is away, and fails nobody', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { redis, state } = fakeRedis();
  const contents = contentsOf(redis);
  contents.remember([event('1', 'a')]);
  await vi.advanceTimersByTimeAsync(20);
  state.down = true;
  contents.remember([event('2', 'a')]);
  await vi.advanceTimersByTimeAsync(20);
  expect(await contents.find(['1', '2'])).toEqual(new Map());
});
