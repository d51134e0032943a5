import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { buildAlert, buildDelivery } from './test/alert-documents.ts';
import { startAlertsServer } from './test/alerts-server.ts';

let server: Awaited<ReturnType<typeof startAlertsServer>>;
beforeAll(async () => {
  server = await startAlertsServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.answers.clear();
  server.requests.length = 0;
});

const id = '4f0c2a'.padEnd(32, '0');

it.each([
  ['acknowledge', [], {}],
  ['acknowledge', ['--for', '60'], { for_minutes: 60 }],
  ['snooze', ['--for', '30'], { for_minutes: 30 }],
  ['resolve', [], {}],
  ['resolve', ['--comment', 'all is well'], { comment: 'all is well' }],
  ['feedback', ['--useful'], { useful: true }],
  ['feedback', ['--not-useful', '--comment', 'ran'], { useful: false, comment: 'ran' }],
])('%s %j is one request with its body', async (action, options, body) => {
  server.answers.set('GET /alerts?limit=500', { body: { alerts: [buildAlert('4f0c2a')] } });
  server.answers.set(`POST /alerts/${id}/${action}`, { body: buildAlert('4f0c2a') });
  const { lines } = await server.run(action, '4f0c2a', ...options);
  expect(lines).toEqual(['4f0c2a00 pulse high of ada: firing']);
  expect(server.requests.at(-1)).toMatchObject({ call: `POST /alerts/${id}/${action}`, body });
});

it('says how the alert stands afterwards', async () => {
  const over = { status: 'resolved', reason: 'manual', resolved_at: '2026-03-01T12:00:00.000Z' } as const;
  const resolved = buildAlert('4f0c2a', over);
  server.answers.set(`POST /alerts/${id}/resolve`, { body: resolved });
  expect((await server.run('resolve', id)).lines).toEqual(['4f0c2a00 pulse high of ada: resolved (manual)']);
  expect((await server.run('resolve', id, '--json')).lines).toEqual([JSON.stringify(resolved)]);
});

it.each([[['--useful', '--not-useful']], [[]]])('feedback %j is bad use', async (options) => {
  await expect(server.run('feedback', id, ...options)).rejects.toThrow('either --useful or --not-useful');
  expect(server.requests).toEqual([]);
});

it('a silence ends after so many minutes and takes the beginning of a kind', async () => {
  const silenceId = '7d1c0a55-0000-4000-8000-000000000000';
  const ends = '2026-03-01T14:00:00.000Z';
  server.answers.set('POST /silences', { status: 201, body: { silence_id: silenceId, ends_at: ends } });
  const match = ['--user', 'ada', 'bob', '--kind', 'rule.*', '--severity', 'warning'];
  const { lines } = await server.run('silence', ...match, '--for', '120', '--comment', 'fever');
  expect(lines).toEqual(['Silence 7d1c0a55 holds until 2026-03-01 14:00:00Z.']);
  expect(server.requests[0]?.body).toEqual({
    match: { user_id: ['ada', 'bob'], kind: [{ prefix: 'rule.' }], severity: ['warning'] },
    ends_at: ends,
    comment: 'fever',
  });
});

it('a silence of everything is bad use', async () => {
  await expect(server.run('silence', '--for', '5', '--comment', 'x')).rejects.toThrow('Say what to silence');
  expect(server.requests).toEqual([]);
});

it('lists silences and ends one that has not begun', async () => {
  const silence = {
    silence_id: '7d1c0a55-0000-4000-8000-000000000000',
    state: 'pending',
    match: { user_id: ['ada'], kind: [{ prefix: 'rule.' }] },
    begins_at: '2026-03-02T10:00:00.000Z',
    ends_at: '2026-03-02T12:00:00.000Z',
    comment: 'race',
    author: 'key_1',
  };
  server.answers.set('GET /silences?state=active&limit=500', { body: { silences: [] } });
  server.answers.set('GET /silences?state=pending&limit=500', { body: { silences: [silence] } });
  server.answers.set(`DELETE /silences/${silence.silence_id}`, { status: 204 });
  expect((await server.run('silences')).lines).toEqual(['No active silences.']);
  const { lines } = await server.run('silences', '--state', 'pending');
  expect(lines[1]).toBe(
    '7d1c0a55  pending  2026-03-02 10:00:00Z  2026-03-02 12:00:00Z  user_id ada; kind rule.*  key_1  race',
  );
  expect((await server.run('silences', 'end', '7d1c0a')).lines).toEqual(['Silence 7d1c0a55 has ended.']);
});

it('lists the deliveries of a channel and sends one again', async () => {
  const path = '/channels/phone/deliveries';
  const delivery = buildDelivery('90ab12', { status: 'exhausted' });
  server.answers.set(`GET ${path}?status=exhausted&limit=50`, {
    body: { deliveries: [delivery], next: null },
  });
  server.answers.set(`GET ${path}?limit=500`, { body: { deliveries: [delivery], next: null } });
  const accepted = { delivery_id: delivery.delivery_id, status: 'pending' };
  server.answers.set(`POST ${path}/${delivery.delivery_id}/retry`, { status: 202, body: accepted });
  const { lines } = await server.run('deliveries', 'phone', '--status', 'exhausted');
  expect(lines[1]).toMatch(/^90ab1200 {2}phone {4}exhausted/);
  expect((await server.run('retry', 'phone', '90ab12')).lines).toEqual(['Delivery 90ab1200 is sent again.']);
  expect((await server.run('retry', 'phone', '90ab12', '--json')).lines).toEqual([JSON.stringify(accepted)]);
});
