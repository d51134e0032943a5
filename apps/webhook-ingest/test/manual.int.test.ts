import { createTestDatabase, randomName, type TestDatabase } from '@bridge/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAppleRoutes } from './apple-service.ts';
import { followEvents } from './follow-events.ts';
import { createKeys } from './ingest-process.ts';

const keys = createKeys();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('takes readings by hand and says how it understood them', async () => {
  const ada = randomName('ada');
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada]);
  const { post, createKey, lines } = await startAppleRoutes(database, keys);
  const timestamp = new Date(Date.now() - 60_000).toISOString();
  const readings = [{ metric: 'weight', value: 150, unit: 'lb', note: 'after lunch' }];
  const answer = await post('/webhooks/manual', { user_id: ada, timestamp, readings });
  const [arrived] = await first(1);
  expect(answer).toEqual({
    status: 202,
    body: {
      ...{ event_id: arrived?.event.event_id, status: 'accepted' },
      readings: [
        {
          metric: 'weight',
          value: 68.0388555,
          unit: 'kg',
          understood_as: 'lb → kg; its note is not passed on',
        },
      ],
    },
  });
  expect(arrived?.event).toMatchObject({
    ...{ source: 'manual', readings: [{ metric: 'weight', value: 68.0388555, unit: 'kg' }] },
    provenance: { reported: 'self_reported', flags: ['unit_converted'] },
  });

  const refused = await post('/webhooks/manual', {
    user_id: ada,
    timestamp,
    readings: [{ metric: 'mood', value: 3 }],
  });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'readings.0.metric' }] } });
  expect((await post('/webhooks/manual', { user_id: ada, event_id: 'e1', weight: 68 })).status).toBe(202);
  expect((await post('/webhooks/manual', '{"readings":[')).status).toBe(400);
  const deletion = { user_id: ada, event_id: 'e1', version: 1, operation: 'delete' };
  expect((await post('/webhooks/manual', { ...deletion, weight: 68 })).status).toBe(202);
  const [, , deleted] = await first(3);
  expect(deleted?.event).toMatchObject({ operation: 'delete', version: 1, readings: [] });
  const authorization = `Bearer ${await createKey([randomName('bob')])}`;
  expect(
    (await post('/webhooks/manual', { user_id: ada, timestamp, readings }, { authorization })).status,
  ).toBe(403);
  for (const text of [ada, 'lunch', '68.03']) expect(lines.join()).not.toContain(text);
});
