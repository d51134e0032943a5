import { setTimeout as sleep } from 'node:timers/promises';
import { connectPostgres, holdTransaction, type Postgres } from '@bridge/postgres';
import { createTestDatabase, silentLog, type TestDatabase } from '../../src/index.ts';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';

let database: TestDatabase;
let postgres: Postgres;

const insert = `insert into alerts.positions (consumer, topic, partition, next_offset, cluster_id)
                values ($1, 't', 0, 0, 'c')`;
const stored = async (consumer: string) =>
  (await postgres.query('select 1 from alerts.positions where consumer = $1', [consumer])).length;

beforeAll(async () => {
  database = await createTestDatabase();
  postgres = database.connect('alerts', 3);
});

afterAll(async () => {
  await postgres.close();
  await database.close();
});

test('what was written in between is committed with the end', async () => {
  const held = holdTransaction<string>(postgres);
  await held.query(insert, ['finished']);
  expect(await stored('finished')).toBe(0);
  expect(await held.finish(() => Promise.resolve('done'))).toBe('done');
  expect(await stored('finished')).toBe(1);
  await held.abandon();
  expect(await stored('finished')).toBe(1);
});

test('given up, or failed at the end, it leaves nothing and its connection is free again', async () => {
  for (let round = 0; round < 6; round += 1) {
    const held = holdTransaction<string>(postgres);
    await held.query(insert, ['abandoned']);
    if (round % 2 === 0) await held.abandon();
    else await expect(held.finish(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  }
  expect(await stored('abandoned')).toBe(0);
});

test('an owner that stands still loses its locks after five seconds, and hears of it', async () => {
  const still = holdTransaction<string>(postgres);
  await still.query(insert, ['contested']);
  const started = performance.now();
  await postgres.query(insert, ['contested']);
  expect(performance.now() - started).toBeLessThan(8_000);
  await sleep(50);
  await expect(still.query('select 1')).rejects.toThrow();
  await still.abandon();
});

test('a database that cannot be reached fails the transaction and nothing else', async () => {
  const nowhere = connectPostgres(
    { url: 'postgresql://a:b@127.0.0.1:1/x', max: 1, applicationName: 'held-test' },
    { log: silentLog, metrics: new Registry() },
  );
  const held = holdTransaction<string>(nowhere);
  await expect(held.query('select 1')).rejects.toThrow();
  await held.abandon();
  await nowhere.close();
});
