import { connectPostgres, type Postgres } from '@bridge/postgres';
import {
  createTestDatabase,
  fromEnvironment,
  randomName,
  silentLog,
  type TestDatabase,
  testTime,
} from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNoticeSeal } from '../src/notices/rows/notice-seal.ts';
import { connectTestPerson, vaultOf } from './connect-test-person.ts';
import { createKeys, launchIngest, startIngest, type Ingest } from './ingest-process.ts';
import { fromOura, fromWhoop, senders, standardSigned, type Delivery } from './sign-delivery.ts';
import { addressOf, createProxy } from './tcp-proxy.ts';

const keys = createKeys();
const env = { ...keys, ...senders, REDIS_URL: fromEnvironment('REDIS_URL') };
let database: TestDatabase;
let owner: Postgres;
let ingest: Ingest;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = connectPostgres(
    { url: database.adminUrl, max: 2, applicationName: 'test' },
    { log: silentLog, metrics: new Registry() },
  );
  ingest = await launchIngest(database, env);
});
afterAll(async () => {
  await ingest.stop();
  await owner.close();
  await database.close();
});

const send = ({ path, body, headers }: Delivery, to = ingest) => to.post(path, body, headers);
const statusOf = async (delivery: Delivery, to = ingest) => (await send(delivery, to)).status;

function ouraNotice(userId: string, objectId: string, more: object = {}) {
  return {
    event_type: 'create',
    data_type: 'sleep',
    object_id: objectId,
    event_time: testTime(60).replace('Z', '+00:00'),
    user_id: userId,
    ...more,
  };
}

type Row = {
  readonly noticeId: Buffer;
  readonly dataType: string;
  readonly operation: string;
  readonly state: string;
  readonly connectionId: string | null;
  readonly sealed: Buffer;
};

function rowsOf(vendor: 'oura' | 'whoop', vendorUserId: string): Promise<Row[]> {
  return owner.query<Row>(
    `select notice_id "noticeId", data_type "dataType", operation, state, connection_id "connectionId", sealed
       from ingest.notices where vendor_user = $1 order by received_at`,
    [vaultOf(owner.query, keys).userIndex(`${vendor}/${vendorUserId}`)],
  );
}

function jobsOf(connectionId: string) {
  return owner.query<{ task: string; payload: unknown; queue: string; priority: number; runAt: Date }>(
    `select t.identifier task, j.payload, q.queue_name queue, j.priority, j.run_at "runAt"
       from graphile_worker._private_jobs j
       join graphile_worker._private_tasks t on t.id = j.task_id
       join graphile_worker._private_job_queues q on q.id = j.job_queue_id
      where j.key = $1`,
    [`resolve:${connectionId}`],
  );
}

async function noticesCounted(labels: string, of = ingest): Promise<number> {
  const scrape = await (await fetch(`${of.url}/metrics`)).text();
  const line = scrape.split('\n').find((one) => one.startsWith(`vendor_notices_total{${labels}}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('a signed notice', () => {
  it('becomes one sealed row and one job, however often it is sent', async () => {
    const userId = randomName('oura');
    const { connectionId, person } = await connectTestPerson(owner.query, keys, {
      vendor: 'oura',
      vendorUserId: userId,
    });
    // The service runs its jobs; one whose vendor wants to be left alone waits.
    await owner.query(
      `update ingest.connections set not_before = now() + interval '1 hour' where connection_id = $1`,
      [connectionId],
    );
    const first = fromOura(ouraNotice(userId, 'night-1'));
    const answer = await send(first);
    expect([answer.status, answer.body]).toEqual([200, { status: 'stored' }]);
    expect(await statusOf(first)).toBe(200);
    const signedAnew = fromOura(first.body, { atMs: Date.now() - 60_000, secret: 'oura-old-secret' });
    expect(await statusOf(signedAnew)).toBe(200);

    const rows = await rowsOf('oura', userId);
    expect(rows).toMatchObject([{ dataType: 'sleep', operation: 'upsert', state: 'waiting', connectionId }]);
    const [row] = rows as [Row];
    expect(row.sealed.includes('night-1') || row.sealed.includes(userId)).toBe(false);
    const seal = createNoticeSeal(vaultOf(owner.query, keys));
    expect(await seal.unseal(row, person)).toMatchObject({ vendorUserId: userId, objectId: 'night-1' });

    expect(await jobsOf(connectionId)).toMatchObject([
      { task: 'resolve_notices', payload: { connection_id: connectionId }, queue: connectionId },
    ]);
    const [job] = await jobsOf(connectionId);
    expect(job?.priority).toBeLessThan(0);
    // The vendor may not be asked earlier.
    expect(Number(job?.runAt)).toBeGreaterThan(Date.now() + 3_000_000);
    const labels = 'vendor="oura",data_type="sleep",outcome=';
    expect(await noticesCounted(`${labels}"replayed"`)).toBe(1);
    expect(await noticesCounted(`${labels}"duplicate"`)).toBe(1);
    const [connection] = await owner.query<{ seen: boolean }>(
      'select last_notice_at is not null seen from ingest.connections where connection_id = $1',
      [connectionId],
    );
    expect(connection?.seen).toBe(true);
  });

  it('of one trace that comes many times at once is one row', async () => {
    const vendorUserId = String(Math.floor(Math.random() * 1e9));
    const { connectionId } = await connectTestPerson(owner.query, keys, { vendor: 'whoop', vendorUserId });
    const notice = { user_id: Number(vendorUserId), id: 'b1', type: 'sleep.updated', trace_id: 't1' };
    const deliveries = Array.from({ length: 20 }, (_, nr) => fromWhoop(notice, { atMs: Date.now() - nr }));
    expect(new Set(await Promise.all(deliveries.map((one) => statusOf(one))))).toEqual(new Set([200]));
    expect(await statusOf(fromWhoop({ ...notice, type: 'recovery.updated' }))).toBe(200);
    expect(await statusOf(fromWhoop({ ...notice, type: 'sleep.deleted', trace_id: 't2' }))).toBe(200);
    const rows = await rowsOf('whoop', vendorUserId);
    expect(rows.map(({ dataType, operation }) => `${dataType} ${operation}`).sort()).toEqual([
      'recovery upsert',
      'sleep delete',
      'sleep upsert',
    ]);
    expect(await jobsOf(connectionId)).toHaveLength(1);
  });

  it('of nobody, and of a type that nobody knows, is kept without a job', async () => {
    const [stranger, known] = [randomName('oura'), randomName('oura')];
    const { connectionId, person } = await connectTestPerson(owner.query, keys, {
      vendor: 'oura',
      vendorUserId: known,
    });
    expect(await statusOf(fromOura(ouraNotice(stranger, 'n1')))).toBe(200);
    expect(await statusOf(fromOura(ouraNotice(known, 'n2', { data_type: 'dream_colour' })))).toBe(200);
    const [nobody] = await rowsOf('oura', stranger);
    expect(nobody).toMatchObject({ state: 'nobody', connectionId: null });
    const [unknown] = await rowsOf('oura', known);
    expect(unknown).toMatchObject({ state: 'unknown_type', dataType: 'dream_colour', connectionId });
    expect(await jobsOf(connectionId)).toEqual([]);
    expect(await noticesCounted('vendor="oura",data_type="other",outcome="unknown_type"')).toBe(1);
    // Whoever connects as the stranger later can open what came before.
    const seal = createNoticeSeal(vaultOf(owner.query, keys));
    if (nobody) expect(await seal.unseal(nobody, person)).toMatchObject({ objectId: 'n1' });
  });
});

describe('who is not believed', () => {
  it('gets 401, and never 410', async () => {
    const body = ouraNotice('canary-47114711', 'n1');
    const good = fromOura(body);
    const signature = good.headers['x-oura-signature'] ?? '';
    const wrong: Record<string, Delivery> = {
      'another secret': fromOura(body, { secret: 'guessed' }),
      'a clock behind': fromOura(body, { atMs: Date.now() - 310_000 }),
      'a clock ahead': fromOura(body, { atMs: Date.now() + 310_000 }),
      'another body': { ...good, body: `${good.body} ` },
      'a prefix': { ...good, headers: { ...good.headers, 'x-oura-signature': `sha256=${signature}` } },
      'no time': { ...good, headers: { ...good.headers, 'x-oura-timestamp': '' } },
      'ten kilobytes': { ...good, headers: { ...good.headers, 'x-oura-signature': 'a'.repeat(10_000) } },
      'not ASCII': { ...good, headers: { ...good.headers, 'x-oura-signature': 'ä'.repeat(64) } },
    };
    for (const [name, delivery] of Object.entries(wrong)) {
      const { status, body: answered } = await send(delivery);
      expect([name, status]).toEqual([name, 401]);
      expect(JSON.stringify(answered)).not.toContain('47114711');
    }
    expect(await rowsOf('oura', 'canary-47114711')).toEqual([]);
    expect(ingest.lines.join('\n')).not.toContain('47114711');
    const lower = { ...good.headers, 'x-oura-signature': signature.toLowerCase() };
    expect(await statusOf({ ...good, headers: lower })).toBe(200);
  });

  it('gets what is wrong with a believed body', async () => {
    expect(await statusOf(fromOura('{"user_id":'))).toBe(400);
    expect(await statusOf(fromOura('{"user_id":NaN}'))).toBe(400);
    expect(await statusOf(fromOura(''))).toBe(400);
    expect(await statusOf(fromOura(' '.repeat(1_100_000)))).toBe(413);
    const invalid = await send(fromOura({ ...ouraNotice('u', 'o'), user_id: ['47114711'] }));
    expect([invalid.status, invalid.body]).toMatchObject([422, { errors: [{ path: 'user_id' }] }]);
  });

  it('gets 404 from a vendor that is not configured, where flat bodies work all the same', async () => {
    const bare = await startIngest(database, { ...keys, REDIS_URL: env.REDIS_URL });
    expect(await statusOf(fromOura(ouraNotice('u', 'o')), bare)).toBe(404);
    expect((await fetch(`${bare.url}/webhooks/oura?verification_token=&challenge=c`)).status).toBe(404);
    const flat = { user_id: randomName('user'), event_id: 'e1', hrv_rmssd: 40 };
    expect((await bare.post('/webhooks/oura', flat)).status).toBe(202);
    expect(await statusOf(standardSigned('/webhooks/oura', flat), bare)).toBe(401);
  });
});

describe("Oura's challenge", () => {
  const ask = (query: string) => fetch(`${ingest.url}/webhooks/oura${query}`);

  it('is answered under our token', async () => {
    const answer = await ask('?verification_token=oura-verification-token&challenge=a%3Cb');
    expect([answer.status, await answer.json()]).toEqual([200, { challenge: 'a<b' }]);
  });

  it.each([
    '',
    '?challenge=c',
    '?verification_token=oura-verification-toke&challenge=c',
    '?verification_token=oura-verification-token&verification_token=x&challenge=c',
    '?verification_token[]=oura-verification-token&challenge=c',
  ])('is refused without it: "%s"', async (query) => {
    expect((await ask(query)).status).toBe(401);
  });
});

it('takes a flat body under a key or a Standard Webhooks signature on the same route', async () => {
  const flat = { user_id: randomName('user'), event_id: 'e1', hrv_rmssd: 40 };
  for (const source of ['oura', 'whoop']) {
    expect((await ingest.post(`/webhooks/${source}`, flat)).status).toBe(202);
    const other = { ...flat, event_id: 'e2' };
    expect(await statusOf(standardSigned(`/webhooks/${source}`, other))).toBe(202);
    const late = standardSigned(`/webhooks/${source}`, flat, new Date(Date.now() - 400_000));
    expect(await statusOf(late)).toBe(401);
    expect(await statusOf({ ...standardSigned(`/webhooks/${source}`, flat), body: '{}' })).toBe(401);
    expect((await ingest.post(`/webhooks/${source}`, flat, { authorization: '' })).status).toBe(401);
  }
});

describe('while something is down', () => {
  it('says 503 without PostgreSQL, and takes the same delivery when it is back', async () => {
    const proxy = await createProxy(addressOf(database.urlFor('ingest')));
    const url = new URL(database.urlFor('ingest'));
    url.host = `127.0.0.1:${proxy.port}`;
    const cut = await startIngest(database, { ...env, POSTGRES_URL: url.href });
    const userId = randomName('oura');
    const delivery = fromOura(ouraNotice(userId, 'n1'));
    proxy.cut();
    const refused = await send(delivery, cut);
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([503, true]);
    proxy.mend();
    await expect.poll(() => statusOf(delivery, cut), { timeout: 10_000, interval: 200 }).toBe(200);
    expect(await rowsOf('oura', userId)).toHaveLength(1);
  });

  it('knows signatures from PostgreSQL without Redis', async () => {
    const alone = await startIngest(database, { ...env, REDIS_URL: 'redis://127.0.0.1:9' });
    const delivery = fromOura(ouraNotice(randomName('oura'), 'n1'));
    expect(await statusOf(delivery, alone)).toBe(200);
    const replayed = async () => {
      expect(await statusOf(delivery, alone)).toBe(200);
      return noticesCounted('vendor="oura",data_type="sleep",outcome="replayed"', alone);
    };
    await expect.poll(replayed, { timeout: 5_000 }).toBeGreaterThan(0);
  });
});

describe('limits', () => {
  it('answer 429 to a caller who sends too much', async () => {
    const tight = await startIngest(database, { ...env, INGEST_DELIVERIES_PER_MINUTE: '2' });
    const flat = { user_id: randomName('user'), event_id: 'e1', hrv_rmssd: 40 };
    const statuses = [];
    for (let nr = 0; nr < 3; nr += 1) statuses.push(await tight.post('/webhooks/manual', flat));
    expect(statuses.map(({ status }) => status)).toEqual([202, 200, 429]);
    expect(Number(statuses[2]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('answer 429 to an address that was refused too often', async () => {
    const fresh = await startIngest(database, env);
    const wrong = fromOura(ouraNotice('u', 'o'), { secret: 'guessed' });
    const statuses = [];
    for (let nr = 0; nr < 61; nr += 1) statuses.push(await statusOf(wrong, fresh));
    expect(statuses).toEqual([...Array.from({ length: 60 }, () => 401), 429]);
  });
});
