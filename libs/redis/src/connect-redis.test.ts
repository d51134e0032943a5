import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { type Log } from '@bridge/core';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectRedis, type Redis } from './connect-redis.ts';

// Nothing here stands in for Redis: these are the cases in which there is none behind the port.
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function connect(port: number) {
  const lines: string[] = [];
  const write = (message: string) => void lines.push(message);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const metrics = new Registry();
  const redis: Redis = connectRedis(
    { url: `redis://127.0.0.1:${port}`, commandTimeoutMs: 200 },
    { log, metrics },
  );
  closing.push(() => redis.close());
  return { redis, lines, metrics };
}

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function expectUnavailableWithin(redis: Redis, milliseconds: number): Promise<void> {
  const begin = performance.now();
  await expect(redis.run((client) => client.get('k'))).rejects.toMatchObject({
    code: 'redis_unavailable',
    retry: 'transient',
  });
  expect(performance.now() - begin).toBeLessThan(milliseconds);
}

describe('connectRedis', () => {
  it('fails commands at once while nobody listens, and logs the outage once', async () => {
    const { redis, lines, metrics } = connect(await freePort());
    await vi.waitFor(() => expect(lines).not.toHaveLength(0));
    await expectUnavailableWithin(redis, 50);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(lines).toEqual(['redis connection lost']);
    expect(await metrics.metrics()).toContain('redis_connected 0');
  });

  it('fails commands at once when the other side accepts and never answers', async () => {
    const { redis } = connect(await listen(() => {}));
    await expectUnavailableWithin(redis, 400);
  });

  it('is not needed, and its check rejects while Redis is away', async () => {
    const { redis } = connect(await freePort());
    expect(redis.component).toMatchObject({ name: 'redis', needed: false });
    await expect(Promise.resolve(redis.component.check())).rejects.toThrow();
  });

  it('passes other errors on as they are', async () => {
    const { redis } = connect(await freePort());
    const bug = new TypeError('not a function');
    await expect(redis.run(() => Promise.reject(bug))).rejects.toBe(bug);
  });

  it('closes while it is not connected, twice', async () => {
    const { redis } = connect(await freePort());
    await redis.close();
    await redis.close();
  });
});
