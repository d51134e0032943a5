import { randomBytes } from 'node:crypto';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import { createTestDatabase, silentLog, type TestDatabase } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { storeNoticesStatement, type NoticeRow } from '../src/notices/rows/notice-statement.ts';
import { connectTestPerson } from './connect-test-person.ts';
import { createKeys } from './ingest-process.ts';

const keys = createKeys();
let database: TestDatabase;
let owner: Postgres;
let replicas: Postgres[];
let connectionIds: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  const connect = (url: string) =>
    connectPostgres({ url, max: 2, applicationName: 'test' }, { log: silentLog, metrics: new Registry() });
  owner = connect(database.adminUrl);
  replicas = [1, 2, 3].map(() => connect(database.urlFor('ingest')));
  connectionIds = [];
  for (let nr = 0; nr < 40; nr += 1) {
    const person = { vendor: 'oura', vendorUserId: `o${nr}` } as const;
    connectionIds.push((await connectTestPerson(owner.query, keys, person)).connectionId);
  }
});
afterAll(async () => {
  for (const one of [...replicas, owner]) await one.close();
  await database.close();
});

function rowFor(connectionId: string): NoticeRow {
  return {
    ...{ vendor: 'oura', dataType: 'sleep', operation: 'upsert', state: 'waiting', connectionId },
    noticeId: randomBytes(32),
    vendorUser: randomBytes(32),
    receivedMs: Date.now(),
    sealed: randomBytes(100),
  };
}

async function store(replica: Postgres, rows: readonly NoticeRow[]): Promise<number> {
  const { text, values } = storeNoticesStatement(rows);
  return (await replica.query(text, values)).length;
}

const shuffled = <T>(items: readonly T[]) =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);

it('stores each notice once when replicas get the same ones at once, without a deadlock', async () => {
  const batches = Array.from({ length: 20 }, () => connectionIds.map(rowFor));
  const added = await Promise.all(
    replicas.map(async (replica) => {
      let count = 0;
      for (const batch of batches) count += await store(replica, shuffled(batch));
      return count;
    }),
  );
  expect(added.reduce((sum, one) => sum + one, 0)).toBe(20 * 40);
  const [jobs] = await owner.query<{ count: number }>(
    `select count(*) from graphile_worker._private_jobs where key like 'resolve:%'`,
  );
  expect(jobs?.count).toBe(40);
});

it('does not wait for a connection whose tokens are being renewed', async () => {
  const [connectionId = ''] = connectionIds;
  await owner.query('update ingest.connections set last_notice_at = null');
  const [replica] = replicas as [Postgres];
  await owner.transaction(async (tx) => {
    await tx.query('select 1 from ingest.connections where connection_id = $1 for update', [connectionId]);
    expect(await store(replica, connectionIds.map(rowFor))).toBe(40);
  });
  const rows = await owner.query<{ connectionId: string }>(
    'select connection_id "connectionId" from ingest.connections where last_notice_at is null',
  );
  expect(rows).toEqual([{ connectionId }]);
});
