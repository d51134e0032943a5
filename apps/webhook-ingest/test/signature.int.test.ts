import { createTestDatabase, fromEnvironment, randomName, type TestDatabase } from '@bridge/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeys, launchIngest, type Ingest } from './ingest-process.ts';
import { senders, standardSigned, type Delivery } from './sign-delivery.ts';

const keys = createKeys();
let database: TestDatabase;
let ingest: Ingest;
beforeAll(async () => {
  database = await createTestDatabase();
  ingest = await launchIngest(database, { ...keys, ...senders, REDIS_URL: fromEnvironment('REDIS_URL') });
});
afterAll(async () => {
  await ingest.stop();
  await database.close();
});

const send = ({ path, body, headers }: Delivery, more: Record<string, string> = {}) =>
  ingest.post(path, body, { ...headers, ...more });
const withKey = { authorization: `Bearer ${keys.AUREN_MASTER_API_KEY}` };
const told = (detail: string) => expect.stringContaining(detail) as string;

const time = new Date(Date.now() - 3_600_000).toISOString();
const date = `${time.slice(0, 10)} ${time.slice(11, 19)} +0000`;
const exported = {
  data: { metrics: [{ name: 'heart_rate', units: 'bpm', data: [{ qty: 61, date }] }] },
};
const xml = `<HealthData><Record type="HKQuantityTypeIdentifierHeartRate" startDate="${date}" endDate="${date}" unit="bpm" value="61"/></HealthData>`;
const flat = () => ({ user_id: randomName('ada'), event_id: 'e1', hrv_sdnn: 40 });

describe('a signature', () => {
  it.each([
    ['Health Auto Export', '?user_id=victim', exported],
    ['Health Auto Export of nobody', '', exported],
    ['Health Auto Export with nothing in it', '?user_id=victim', { data: {} }],
    ['an export file', '?user_id=victim', xml],
  ])('lets nobody say by the query whose data it is, of %s', async (_, query, body) => {
    const answer = await send(standardSigned(`/webhooks/apple${query}`, body));
    expect([answer.status, answer.body]).toEqual([
      403,
      expect.objectContaining({ detail: told('A signature does not cover ?user_id=') }),
    ]);
  });

  it('leaves nothing behind under another name', async () => {
    const victim = randomName('victim');
    const delivery = standardSigned(`/webhooks/apple?user_id=${victim}`, exported);
    expect((await send(delivery)).status).toBe(403);
    expect((await send(delivery, withKey)).body).toMatchObject({ new: 1, duplicates: 0 });
  });

  it.each(['', '?user_id=victim', '?user_id=a&user_id=b'])(
    'lets a flat body name its person, whatever the query "%s" says',
    async (query) => {
      const body = flat();
      const answer = await send(standardSigned(`/webhooks/apple${query}`, body));
      expect(answer.status).toBe(202);
      const again = await ingest.post('/webhooks/apple', body);
      expect([again.status, again.body]).toEqual([
        200,
        { event_id: (answer.body as { event_id: string }).event_id, status: 'already_known' },
      ]);
    },
  );

  it.each(['oura', 'whoop', 'apple', 'manual'])('that is refused on %s says why', async (source) => {
    const path = `/webhooks/${source}`;
    const ago = (ms: number) => new Date(Date.now() - ms);
    const refused = async (delivery: Delivery) => {
      const { status, body } = await send(delivery);
      return [status, (body as { detail: string }).detail];
    };
    expect(await refused(standardSigned(path, flat(), ago(400_000)))).toEqual([
      401,
      told('too far from now'),
    ]);
    expect(await refused(standardSigned(path, flat(), ago(-400_000)))).toEqual([
      401,
      told('too far from now'),
    ]);
    expect(await refused({ ...standardSigned(path, flat()), body: '{}' })).toEqual([
      401,
      told('not of these bytes'),
    ]);
    const half = { path, body: '{}', headers: { authorization: '', 'webhook-signature': 'v1,' } };
    expect(await refused(half)).toEqual([401, told('not all there')]);
  });
});
