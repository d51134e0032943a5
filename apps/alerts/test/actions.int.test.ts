import { randomBytes } from 'node:crypto';
import { createAuthenticator, createKeyRing, createRequireScope } from '@bridge/auth';
import { alertSchema } from '@bridge/contracts';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import { createHttpApp, mountErrors, serveHttp, type HttpServer } from '@bridge/service-runtime';
import { createTestDatabase, randomName, silentLog, testMorning, testTime } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ActionResult, RequestedAction } from '../src/actions/domain/alert-action.ts';
import { mountActionRoutes } from '../src/actions/action-routes.ts';
import type { Episode } from '../src/episodes/domain/episode.ts';
import { createAlertReader } from '../src/episodes/rows/alert-reader.ts';
import { writeEpisodes } from '../src/episodes/rows/episode-rows.ts';
import { buildSignal } from './build-signal.ts';
import { after } from './episode-story.ts';
import { masterKey, noneUnreadable, openVault } from './start-alerts.ts';

const person = randomName('canary-user');
const alertId = randomBytes(16).toString('hex');
const closing: { close(): Promise<void> | void }[] = [];

let admin: Postgres;
let server: HttpServer;
let episode: Episode;
let result: (episode: Episode) => ActionResult;
const asked: { readonly id: string; readonly action: RequestedAction; readonly by: string }[] = [];

beforeAll(async () => {
  const database = await createTestDatabase();
  const connect = (url: string) =>
    connectPostgres(
      { url, max: 4, applicationName: 'actions-test' },
      { log: silentLog, metrics: new Registry() },
    );
  const postgres = connect(database.urlFor('alerts'));
  admin = connect(database.adminUrl);
  closing.push(database, postgres, admin);
  const { query } = postgres;
  const vault = openVault(query);
  episode = await storeEpisode(postgres, vault);

  const app = createHttpApp({ log: silentLog, metrics: new Registry() });
  mountActionRoutes(app, {
    alerts: createAlertReader({ query, vault, noteUnreadable: noneUnreadable, now: Date.now }),
    changeAlert(id, action, by) {
      asked.push({ id, action, by });
      return Promise.resolve(result(episode));
    },
    requireScope: createRequireScope(createAuthenticator({ query, vault, masterKey })),
    now: () => testMorning,
  });
  mountErrors(app);
  server = await serveHttp(app, { host: '127.0.0.1', port: 0 }, silentLog);
  closing.push(server);
});

afterAll(async () => {
  for (const resource of closing.reverse()) await resource.close();
});

beforeEach(() => {
  asked.length = 0;
  result = (current) => ({ kind: 'changed', episode: current });
});

async function storeEpisode(postgres: Postgres, vault: ReturnType<typeof openVault>): Promise<Episode> {
  const signal = buildSignal({ user_id: person, alert_id: alertId });
  const fired = after({ ...signal, at: testMorning });
  const subject = (await vault.subjectsFor([person])).get(person);
  if (subject === undefined || subject.erased) throw new Error('the person was not stored');
  const write = writeEpisodes([{ episode: fired, fromVersion: 0, person: subject }]);
  await postgres.transaction((tx) => tx.pipelineAndCommit([write]));
  return fired;
}

type Given = { readonly key?: string; readonly id?: string; readonly headers?: Record<string, string> };

async function post(
  verb: string,
  body?: string | object,
  { key = masterKey, id = alertId, headers }: Given = {},
) {
  const answer = await fetch(`${server.url}/alerts/${id}/${verb}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, body: JSON.parse(text) as unknown };
}

async function createKey(key: Parameters<ReturnType<typeof createKeyRing>['createKey']>[0]) {
  return createKeyRing({ query: admin.query, vault: openVault(admin.query) }).createKey(key);
}

const inAnHour = testMorning + 3_600_000;

test.each<[string, object | undefined, RequestedAction]>([
  ['acknowledge', undefined, { type: 'acknowledge', until: null }],
  ['acknowledge', {}, { type: 'acknowledge', until: null }],
  ['acknowledge', { until: testTime(60) }, { type: 'acknowledge', until: inAnHour }],
  ['acknowledge', { for_minutes: 60 }, { type: 'acknowledge', until: inAnHour }],
  ['unacknowledge', undefined, { type: 'unacknowledge' }],
  ['resolve', undefined, { type: 'resolve' }],
  ['resolve', { comment: 'She called.' }, { type: 'resolve', comment: 'She called.' }],
  ['snooze', { for_minutes: 60 }, { type: 'snooze', until: inAnHour }],
  ['snooze', { until: testTime(60) }, { type: 'snooze', until: inAnHour }],
  ['feedback', { useful: false, comment: 'No.' }, { type: 'feedback', useful: false, comment: 'No.' }],
])('%s with %o asks for the action and answers with the alert', async (verb, body, action) => {
  const answer = await post(verb, body);
  expect(answer.status).toBe(200);
  expect(alertSchema.parse(answer.body)).toMatchObject({ alert_id: alertId, user_id: person });
  expect(asked).toEqual([{ id: alertId, action, by: 'key:AUREN_MASTER_API_KEY' }]);
});

test.each([
  ['acknowledge', { until: testTime(60), for_minutes: 60 }],
  ['acknowledge', { until: testTime(-1) }],
  ['acknowledge', { until: 'tomorrow' }],
  ['acknowledge', { for_minutes: 0 }],
  ['acknowledge', { note: 'canary-note' }],
  ['acknowledge', 'null'],
  ['acknowledge', '[]'],
  ['unacknowledge', { until: testTime(60) }],
  ['snooze', {}],
  ['snooze', { for_minutes: 1.5 }],
  ['feedback', {}],
  ['feedback', { useful: 'canary-yes' }],
  ['resolve', { comment: '' }],
])('%s with %o names the field, not its value', async (verb, body) => {
  const answer = await post(verb, body);
  expect([400, 422]).toContain(answer.status);
  expect(answer.text).not.toContain('canary-');
  expect(asked).toEqual([]);
});

test("a body is JSON, also under curl's content type, and nothing else is taken for it", async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await post('acknowledge', { for_minutes: 60 }, { headers })).status).toBe(200);
  expect(asked).toMatchObject([{ action: { until: inAnHour } }]);
  const xml = { headers: { 'content-type': 'text/xml' } };
  expect((await post('acknowledge', '<until/>', xml)).status).toBe(415);
  expect(asked).toHaveLength(1);
});

test("a client's own id of the request goes along", async () => {
  const headers = { 'idempotency-key': 'click-1' };
  expect((await post('acknowledge', undefined, { headers })).status).toBe(200);
  expect(asked).toMatchObject([{ action: { requestId: 'click-1' } }]);
  expect((await post('acknowledge', undefined, { headers: { 'idempotency-key': 'a b' } })).status).toBe(400);
});

describe('the result', () => {
  test.each([
    ['unchanged', 200],
    ['missing', 404],
    ['ended', 409],
  ] as const)('%s is answered by %i', async (kind, status) => {
    result = (current) => (kind === 'unchanged' ? { kind, episode: current } : { kind });
    expect((await post('acknowledge')).status).toBe(status);
  });
});

describe('a key', () => {
  test('for other persons finds no alert, whatever it sends', async () => {
    const other = await createKey({ label: 'other', scopes: ['alerts'], users: [randomName('user')] });
    const mine = await createKey({ label: 'mine', scopes: ['alerts'], users: [person] });
    expect((await post('acknowledge', undefined, { key: other.key })).status).toBe(404);
    expect((await post('snooze', {}, { key: other.key })).status).toBe(404);
    expect(asked).toEqual([]);
    expect((await post('acknowledge', undefined, { key: mine.key })).status).toBe(200);
    expect(asked).toMatchObject([{ by: 'key:mine' }]);
  });

  test('without the scope is refused', async () => {
    const reader = await createKey({ label: 'reader', scopes: ['stream'] });
    expect((await post('resolve', undefined, { key: reader.key })).status).toBe(403);
    expect((await post('resolve', undefined, { key: 'x' })).status).toBe(401);
  });

  test.each(['x', 'F'.repeat(32), 'f'.repeat(32)])('finds nothing under the id %s', async (id) => {
    expect((await post('acknowledge', undefined, { id })).status).toBe(404);
  });
});
