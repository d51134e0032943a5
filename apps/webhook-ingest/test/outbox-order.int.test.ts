import { randomUUID } from 'node:crypto';
import { connectPostgres, createOutbox, type Outbox, type Postgres } from '@bridge/postgres';
import { createTestDatabase, silentLog, type TestDatabase } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';

let database: TestDatabase;
let postgres: Postgres;

beforeAll(async () => {
  database = await createTestDatabase();
  const config = { url: database.urlFor('ingest'), max: 2, applicationName: 'test' };
  postgres = connectPostgres(config, { log: silentLog, metrics: new Registry() });
});

afterAll(async () => {
  await postgres.close();
  await database.close();
});

const [here, elsewhere] = [createOutbox('ingest', 'here'), createOutbox('ingest', 'elsewhere')];

async function add(outbox: Outbox, subjectId: string, ceId: string): Promise<void> {
  const entry = { subjectId, ceId, topic: 'events', sealed: Buffer.from(ceId) };
  const { text, values } = outbox.addStatement([entry]);
  await postgres.query(text, values);
}

test('what another process wrote of a person goes out before what this one wrote later', async () => {
  const [ada, bob] = [randomUUID(), randomUUID()];
  await add(elsewhere, ada, 'first');
  await add(elsewhere, bob, 'of somebody else');
  await add(here, ada, 'second');
  await add(elsewhere, ada, 'third');

  const rows = await here.pending(postgres.query, {
    ...{ own: true, subjectIds: [], abandonedAfterMs: 60_000, limit: 100 },
  });
  expect(rows.map(({ ceId }) => ceId)).toEqual(['first', 'second']);
});
