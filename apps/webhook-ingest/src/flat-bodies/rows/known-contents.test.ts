import { createHash } from 'node:crypto';
import type { BiometricEvent } from '@bridge/contracts';
import type { Redis } from '@bridge/redis';
import { createPolicies } from '@bridge/resilience';
import { silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
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
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('asks once for all requests of a moment, and keeps entries for 48 hours', async () => {
  const { redis, entries, commands } = fakeRedis();
  const contents = contentsOf(redis);
  const [one, two] = [event('1', 'a'), event('2', 'b')];
  contents.remember([one]);
  contents.remember([two]);
  const found = await Promise.all([contents.find(['1']), contents.find(['2', '3'])]);
  expect(found.map((notes) => [...notes])).toEqual([
    [['1', contents.noteOf(one)]],
    [['2', contents.noteOf(two)]],
  ]);
  expect(commands).toEqual(['set 2 for 172800', 'mget 3']);
  expect([...entries.keys()]).toEqual(['ingest:content:1', 'ingest:content:2']);
  expect([...entries.values()].join()).not.toMatch(/^[ab],/);
});

it('keeps the first content, and tells contents and ids apart', async () => {
  const { redis } = fakeRedis();
  const contents = contentsOf(redis);
  contents.remember([event('1', 'a')]);
  contents.remember([event('1', 'b')]);
  await turn();
  expect((await contents.find(['1'])).get('1')).toBe(contents.noteOf(event('1', 'a')));
  const notes = [event('1', 'a'), event('1', 'b'), event('2', 'a')].map((one) => contents.noteOf(one));
  expect(new Set(notes).size).toBe(3);
});

it('knows nothing while Redis is away, and fails nobody', async () => {
  const { redis, state } = fakeRedis();
  const contents = contentsOf(redis);
  contents.remember([event('1', 'a')]);
  await turn();
  state.down = true;
  contents.remember([event('2', 'a')]);
  expect(await contents.find(['1', '2'])).toEqual(new Map());
});
