import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { connectKafka } from '../src/index.ts';
import { connect, silentLog } from './broker.ts';
import { serveSilence } from './silent-server.ts';

async function connectTo(port: number) {
  const connection = await connectKafka(
    { brokers: [`127.0.0.1:${port}`], clientId: 'kafka-lib-test' },
    { log: silentLog, metrics: new Registry() },
  );
  onTestFinished(() => connection.close());
  return connection;
}

test('is healthy and knows its cluster while a broker answers', async () => {
  const connection = await connect();
  expect(await connection.component.check()).toBe('healthy');
  expect(await connection.clusterId()).toMatch(/^[\w-]{22}$/);
  expect(await connection.metrics.metrics()).toContain('kafka_up 1');
});

test('gives out one admin client', async () => {
  const connection = await connect();
  expect(await connection.admin()).toBe(await connection.admin());
});

test('is there without a broker and says so', async () => {
  const connection = await connectTo(1);
  expect(await connection.component.check()).toBe('unhealthy');
  await expect(connection.clusterId()).rejects.toMatchObject({
    code: 'kafka_unreachable',
    retry: 'transient',
  });
  expect(await connection.metrics.metrics()).toContain('kafka_up 0');
});

test('notices within a second that a broker hangs, however many ask', async () => {
  const server = await serveSilence();
  const connection = await connectTo(server.port);
  const started = Date.now();
  const answers = await Promise.all(Array.from({ length: 20 }, async () => connection.component.check()));
  expect(new Set(answers)).toEqual(new Set(['unhealthy']));
  expect(Date.now() - started).toBeLessThan(1_100);
  expect(server.connections()).toBe(1);
});
