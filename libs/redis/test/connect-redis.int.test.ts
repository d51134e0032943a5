import { randomBytes } from 'node:crypto';
import { type Log } from '@bridge/core';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectRedis, type Redis } from '../src/index.ts';

const url = process.env['REDIS_URL'];
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const metrics = new Registry();
const key = `test-${randomBytes(6).toString('hex')}`;
let redis: Redis;

beforeAll(async () => {
  if (url === undefined)
    throw new Error('REDIS_URL is not set: run `npm test`, or load .local/env of a running stack.');
  redis = connectRedis({ url, commandTimeoutMs: 200 }, { log: silent, metrics });
  await vi.waitFor(async () => expect(await redis.component.check()).toBe('healthy'));
});

afterAll(async () => {
  await redis.run((client) => client.del(key));
  await redis.close();
});

test('runs commands and says that it is connected', async () => {
  expect(await redis.run((client) => client.set(key, '1', 'PX', 60_000, 'NX'))).toBe('OK');
  expect(await redis.run((client) => client.set(key, '1', 'PX', 60_000, 'NX'))).toBeNull();
  expect(await metrics.metrics()).toContain('redis_connected 1');
});

test("passes Redis's own refusals on as they are", async () => {
  await expect(redis.run((client) => client.incr(key).then(() => client.lpush(key, 'x')))).rejects.toThrow(
    /WRONGTYPE/,
  );
});

test('mends a connection that the server cut', async () => {
  const id = await redis.run((client) => client.client('ID'));
  // The reply may be lost with the connection.
  await redis
    .run((client) => client.call('CLIENT', 'KILL', 'ID', String(id), 'SKIPME', 'no'))
    .catch(() => undefined);
  await vi.waitFor(async () => expect(await redis.run((client) => client.client('ID'))).not.toBe(id), {
    timeout: 5_000,
  });
});

test('gives up a command that takes too long, and goes on', async () => {
  const waiting = redis.run((client) => client.blpop(`${key}-never`, 1));
  await expect(waiting).rejects.toMatchObject({ code: 'redis_unavailable' });
  await vi.waitFor(async () => expect(await redis.component.check()).toBe('healthy'), { timeout: 5_000 });
});
