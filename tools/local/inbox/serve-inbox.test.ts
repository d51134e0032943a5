import type { AddressInfo } from 'node:net';
import type { InboxMessage } from '@bridge/cli/alert-inbox';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createInbox } from './serve-inbox.ts';

const now = Date.UTC(2026, 2, 1, 12, 0, 7);
let kept: InboxMessage[] = [];
let isFull = false;
const inbox = createInbox({
  keep: (message) => {
    if (isFull) throw new Error('no space left');
    kept.push(message);
  },
  now: () => now,
});
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => inbox.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(inbox.address() as AddressInfo).port}`;
});
afterAll(() => {
  inbox.close();
});
beforeEach(() => {
  kept = [];
  isFull = false;
});

async function post(path: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(url + path, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

it('takes a message as JSON, keeps it and answers as ntfy does', async () => {
  const sent = {
    topic: 'bridge',
    title: 'Warnung',
    message: 'Bitte prüfen Sie, wie es Ihnen geht',
    priority: 4,
    tags: ['warning'],
    click: 'http://localhost:8888/a/x',
    actions: [{ action: 'view', label: 'OK', url: 'http://localhost:8888/a/y', clear: true }],
    sequence_id: '0123456789abcdef',
  };
  const { status, body } = await post('/', JSON.stringify(sent));
  expect(status).toBe(200);
  expect(body).toEqual({
    id: expect.stringMatching(/^[\w-]{12}$/) as string,
    time: now / 1_000,
    event: 'message',
    ...sent,
  });
  expect(kept).toEqual([body]);
});

it('takes a plain text to a topic, with the rest in headers', async () => {
  const title = Buffer.from('Überprüfen', 'utf8').toString('latin1');
  const { body } = await post('/bridge', 'Somebody needs a look', {
    title,
    'X-Priority': 'urgent',
    tags: 'warning, heart',
    click: 'https://example.org',
  });
  expect(body).toMatchObject({
    topic: 'bridge',
    message: 'Somebody needs a look',
    title: 'Überprüfen',
    priority: 5,
    tags: ['warning', 'heart'],
    click: 'https://example.org',
  });
  expect((await post('/bridge', '')).body).toMatchObject({ message: 'triggered' });
  expect(kept).toHaveLength(2);
});

it.each([
  ['/', 'no JSON', {}, 400, 40017],
  ['/', '{"message":"x"}', {}, 400, 40017],
  ['/', '{"topic":"a b"}', {}, 400, 40009],
  ['/', '{"topic":"bridge","priority":6}', {}, 400, 40007],
  ['/', '{"topic":"bridge","actions":[{"action":"view"}]}', {}, 400, 40018],
  ['/bridge', 'x', { priority: 'soon' }, 400, 40007],
  ['/bridge', 'x', { actions: 'view, Open' }, 400, 40018],
  ['/bridge/json', 'x', {}, 400, 40009],
])("refuses a POST to %s of %s with ntfy's code", async (path, sent, headers, status, code) => {
  const refused = await post(path, sent, headers);
  expect(refused).toMatchObject({ status, body: { code, http: status } });
  expect(kept).toEqual([]);
});

it('refuses what is too large for a message', async () => {
  const body = JSON.stringify({ topic: 'bridge', message: 'x'.repeat(70_000) });
  expect(await post('/', body)).toMatchObject({ status: 413, body: { code: 41303 } });
  expect(kept).toEqual([]);
});

it('says that it is healthy, and gives no messages away', async () => {
  expect(await (await fetch(`${url}/v1/health`)).json()).toEqual({ healthy: true });
  expect((await fetch(`${url}/bridge`)).status).toBe(404);
});

it('takes nothing that it cannot keep, so that the sender sends it again', async () => {
  isFull = true;
  expect((await post('/bridge', 'x')).status).toBe(500);
});
