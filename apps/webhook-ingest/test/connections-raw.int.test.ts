import { randomBytes } from 'node:crypto';
import { createTestDatabase, randomName, type TestDatabase } from '@bridge/testing';
import type { LiveSubject } from '@bridge/vault';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertDocuments } from '../src/documents/rows/document-rows.ts';
import { accesses, keyFor, openService, type Service } from './connections-service.ts';

let database: TestDatabase;
let service: Service;
beforeAll(async () => {
  database = await createTestDatabase();
  // No vendor is asked here.
  service = await openService({ database, simUrl: 'http://127.0.0.1:1' });
});
afterAll(async () => {
  await service.close();
  await database.close();
});

async function stored(raw: Buffer, state: 'event' | 'quarantined' = 'event') {
  const userId = randomName('user');
  const person = (await service.vault.subjectsFor([userId])).get(userId) as LiveSubject;
  const eventId = randomBytes(16).toString('hex');
  const { text, values } = insertDocuments(person, [
    {
      source: 'oura',
      connectionId: undefined,
      eventId: state === 'event' ? eventId : undefined,
      state,
      reason: state === 'event' ? undefined : 'implausible',
      raw,
    },
  ]);
  await service.query(text, values);
  return { userId, person, path: `/connections/events/${eventId}/raw`, eventId };
}

it('gives what was sent byte by byte to those who may see it, and writes down that they looked', async () => {
  const raw = Buffer.from('{ "average_hrv":\t31,  "note":"\\u00e9" }\n');
  const { path, userId, person, eventId } = await stored(raw);
  const other = await keyFor(database, [randomName('user')]);
  expect((await service.ask(path, { key: other })).status).toBe(404);
  expect((await service.ask(path, { key: 'wrong' })).status).toBe(401);
  expect(await accesses(database)).toEqual([]);

  const answer = await service.ask(path, { key: await keyFor(database, [userId]) });
  expect(answer.status).toBe(200);
  expect(answer.text).toBe(raw.toString());
  expect(answer.headers.get('content-type')).toContain('application/json');
  expect(await accesses(database)).toEqual([
    { user_id: person.subjectId, access_type: 'read', table_name: 'ingest.documents', record_id: eventId },
  ]);
});

it('never shows markup as a page', async () => {
  const { path } = await stored(Buffer.from('<html><script>alert(1)</script>'));
  const { headers } = await service.ask(path);
  expect(headers.get('content-type')).toBe('application/octet-stream');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-disposition')).toBe('attachment');
});

it.each(['0'.repeat(32), 'x', '..%2f..'])('answers 404 for %s', async (id) => {
  expect((await service.ask(`/connections/events/${id}/raw`)).status).toBe(404);
});

it('shows everybody what is in quarantine of people without a connection, each on one page', async () => {
  const names = await Promise.all(
    [-2, -3, -4].map(
      async (hrv) => (await stored(Buffer.from(`{"average_hrv":${hrv}}`), 'quarantined')).userId,
    ),
  );
  const seen: string[] = [];
  for (let after: string | null = null; ;) {
    const { text } = await service.ask(`/connections?limit=1${after === null ? '' : `&after=${after}`}`);
    const page = JSON.parse(text) as { quarantined: { user_id: string }[]; next: string | null };
    expect(page.quarantined.length).toBeLessThanOrEqual(1);
    seen.push(...page.quarantined.map(({ user_id }) => user_id));
    if (page.next === null) break;
    after = page.next;
  }
  expect(seen.filter((name) => names.includes(name)).sort()).toEqual([...names].sort());

  const [mine = ''] = names;
  const { text } = await service.ask('/connections', { key: await keyFor(database, [mine]) });
  expect(JSON.parse(text)).toMatchObject({ quarantined: [{ user_id: mine }] });
});

it('shows how much is in quarantine', async () => {
  const { userId } = await stored(Buffer.from('{"average_hrv":-1}'), 'quarantined');
  const { text } = await service.ask(`/connections?user_id=${userId}`);
  expect(JSON.parse(text)).toMatchObject({
    connections: [],
    quarantined: [{ user_id: userId, source: 'oura', reason: 'implausible', count: 1 }],
  });
});
