import { connectPostgres, type Query } from '@bridge/postgres';
import {
  createTestDatabase,
  fromEnvironment,
  randomName,
  silentLog,
  type TestDatabase,
} from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { followEvents } from './follow-events.ts';
import { createKeys, startIngest, type Ingest } from './ingest-process.ts';
import { addressOf, createProxy } from './tcp-proxy.ts';

const keys = createKeys();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const kafkaProxy = () => createProxy(addressOf(fromEnvironment('KAFKA_BOOTSTRAP_SERVERS')));
const postgresProxy = () => createProxy(addressOf(database.urlFor('ingest')));

function through(url: string, port: number): string {
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = String(port);
  return changed.href;
}

async function health(ingest: Ingest) {
  const { status, ...body } = (await (await fetch(`${ingest.url}/health`)).json()) as {
    status: string;
    components: Record<string, string>;
  };
  const ready = (await fetch(`${ingest.url}/ready`)).status;
  return { status, ready, components: body.components };
}

async function asOwner<T>(work: (query: Query) => Promise<T>): Promise<T> {
  const owner = connectPostgres(
    { url: database.adminUrl, max: 1, applicationName: 'test' },
    { log: silentLog, metrics: new Registry() },
  );
  try {
    return await work(owner.query);
  } finally {
    await owner.close();
  }
}

type Row = { readonly subjectId: string | null; readonly sealed: Buffer };

function outboxRows(): Promise<Row[]> {
  return asOwner((query) =>
    query<Row>('select subject_id "subjectId", sealed from ingest.outbox order by id'),
  );
}

const reading = (userId: string, index: number) => ({
  user_id: userId,
  event_id: `e${index}`,
  hrv_rmssd: 40 + index,
});

it('accepts while Kafka is down, seals what it keeps, and publishes it in order when Kafka is back', async () => {
  const [ada, bob] = [randomName('ada'), randomName('bob')];
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada, bob]);
  const kafka = await kafkaProxy();
  kafka.cut();
  const ingest = await startIngest(database, { ...keys, KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${kafka.port}` });
  const accepted: string[] = [];
  const send = async (userId: string, index: number) => {
    const { status, body } = await ingest.post('/webhooks/oura', reading(userId, index));
    expect(status).toBe(202);
    accepted.push((body as { event_id: string }).event_id);
  };
  for (let index = 0; index < 10; index += 1) await send(index % 2 === 0 ? ada : bob, index);

  expect(await health(ingest)).toEqual({
    status: 'degraded',
    ready: 200,
    components: { kafka: 'unhealthy', postgres: 'healthy', redis: 'healthy', acceptance: 'degraded' },
  });
  const rows = await outboxRows();
  expect([rows.length, new Set(rows.map(({ subjectId }) => subjectId)).size]).toEqual([10, 2]);
  for (const { sealed } of rows) expect(sealed.includes(ada) || sealed.includes('hrv')).toBe(false);

  kafka.mend();
  for (let index = 10; index < 20; index += 1) await send(index % 2 === 0 ? ada : bob, index);
  const events = await first(20);
  for (const userId of [ada, bob]) {
    const seen = events.flatMap(({ event }) => (event.user_id === userId ? event.provenance.object_id : []));
    expect(seen).toEqual([...seen].sort((one, two) => Number(one?.slice(1)) - Number(two?.slice(1))));
  }
  expect(events.map(({ event }) => event.event_id).sort()).toEqual(accepted.sort());
  await expect.poll(outboxRows, { timeout: 10_000 }).toEqual([]);
});

it('parks a row that cannot be opened, which holds up its own person and nobody else', async () => {
  const [ada, bob] = [randomName('ada'), randomName('bob')];
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada, bob]);
  const dead = await startIngest(database, { ...keys, KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9' });
  for (const userId of [ada, bob]) await dead.post('/webhooks/oura', reading(userId, 0));
  await dead.stop();
  await asOwner((query) =>
    query('update ingest.outbox set ce_id = ce_id || $1 where id = (select min(id) from ingest.outbox)', [
      '0',
    ]),
  );

  const next = await startIngest(database, keys);
  expect(await first(1)).toMatchObject([{ event: { user_id: bob } }]);
  expect((await next.post('/webhooks/oura', reading(ada, 1))).status).toBe(202);
  await next.post('/webhooks/oura', reading(bob, 1));
  expect((await first(2)).map(({ event }) => event.user_id)).toEqual([bob, bob]);
  expect(await outboxRows()).toHaveLength(2);
  expect(next.lines.some((line) => line.includes('"level":"error"') && line.includes('outbox_id'))).toBe(
    true,
  );
  await asOwner((query) => query('delete from ingest.outbox'));
});

it('leaves rows to the next process, which publishes them before anything new', async () => {
  const ada = randomName('ada');
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada]);
  const dead = await startIngest(database, { ...keys, KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9' });
  for (const index of [0, 1])
    expect((await dead.post('/webhooks/oura', reading(ada, index))).status).toBe(202);
  expect(await dead.stop()).toBe(0);

  const next = await startIngest(database, keys);
  expect((await next.post('/webhooks/oura', reading(ada, 2))).status).toBe(202);
  const events = await first(3);
  expect(events.map(({ event }) => event.provenance.object_id)).toEqual(['e0', 'e1', 'e2']);
});

it('accepts without PostgreSQL under a key that it knows, and says 503 when Kafka is gone too', async () => {
  const ada = randomName('ada');
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada]);
  const postgres = await postgresProxy();
  const ingest = await startIngest(database, {
    ...keys,
    POSTGRES_URL: through(database.urlFor('ingest'), postgres.port),
  });
  expect((await ingest.post('/webhooks/oura', reading(ada, 0))).status).toBe(202);
  postgres.cut();
  expect((await ingest.post('/webhooks/oura', reading(ada, 1))).status).toBe(202);
  expect(await first(2)).toHaveLength(2);
  await expect
    .poll(() => health(ingest), { timeout: 5_000 })
    .toMatchObject({
      status: 'degraded',
      ready: 200,
      components: { kafka: 'healthy', postgres: 'unhealthy' },
    });

  const alone = await startIngest(database, {
    ...keys,
    KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9',
    POSTGRES_URL: through(database.urlFor('ingest'), postgres.port),
  });
  const refused = await alone.post('/webhooks/oura', reading(ada, 2));
  expect([refused.status, refused.headers.has('retry-after')]).toEqual([503, true]);
  expect(await health(alone)).toMatchObject({ status: 'unhealthy', ready: 503 });
});
