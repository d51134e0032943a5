import express from 'express';
import { type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Authenticate } from './authenticator.ts';
import { mayAccess } from './principal.ts';
import { createRequireScope, principalOf } from './require-scope.ts';
import { type Scope } from './scopes.ts';

const callers: Record<string, Scope[]> = { 'Bearer ingest': ['ingest'], 'Bearer admin': ['admin'] };

const authenticate: Authenticate = (authorization, cookie) => {
  const scopes =
    callers[authorization ?? ''] ??
    (authorization !== undefined || cookie === undefined ? undefined : ['ingest' as const]);
  if (scopes === undefined) return { ok: false, status: 401, detail: 'The API key is unknown or revoked.' };
  const principal = { keyId: 'k1', accessor: 'key:k', scopes: new Set(scopes), users: new Set(['u1']) };
  return { ok: true, principal, by: authorization === undefined ? 'session' : 'key' };
};

let server: Server;
let url: string;

beforeAll(async () => {
  const app = express();
  const requireScope = createRequireScope(authenticate);
  app.all('/ingest', requireScope('ingest'), (_req, res) => {
    const principal = principalOf(res);
    res.json({ keyId: principal.keyId, own: mayAccess(principal, 'u1'), other: mayAccess(principal, 'u2') });
  });
  app.get('/alerts', requireScope('alerts'), (_req, res) => res.json({}));
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

test('lets a caller with the scope pass and says who it is', async () => {
  const answer = await fetch(`${url}/ingest`, { headers: { authorization: 'Bearer ingest' } });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ keyId: 'k1', own: true, other: false });
});

test.each<[string, Record<string, string>, number]>([
  ['X-API-Key', { 'x-api-key': 'ingest' }, 200],
  ['Api-Key', { 'api-key': 'ingest' }, 200],
  ['X-API-Key beside an empty Authorization', { 'x-api-key': 'ingest', authorization: '' }, 200],
  ['X-API-Key beside a session', { 'x-api-key': 'ingest', cookie: 'x', 'sec-fetch-site': 'cross-site' }, 200],
  ['an unknown X-API-Key', { 'x-api-key': 'nobody' }, 401],
  ['an unknown X-API-Key beside a session', { 'x-api-key': 'nobody', cookie: 'x' }, 401],
  [
    'an unknown bearer key beside a good X-API-Key',
    { authorization: 'Bearer no', 'x-api-key': 'ingest' },
    401,
  ],
])('a key as %s', async (_as, headers, status) => {
  expect((await fetch(`${url}/ingest`, { headers })).status).toBe(status);
});

test('answers 401 with a challenge and a problem document', async () => {
  const answer = await fetch(`${url}/ingest`, { headers: { authorization: 'Bearer nobody' } });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="biometric-bridge"');
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await answer.json()).toMatchObject({ status: 401, detail: 'The API key is unknown or revoked.' });
});

test('answers 403 for a missing scope; admin has them all', async () => {
  expect((await fetch(`${url}/alerts`, { headers: { authorization: 'Bearer ingest' } })).status).toBe(403);
  expect((await fetch(`${url}/alerts`, { headers: { authorization: 'Bearer admin' } })).status).toBe(200);
});

test.each([
  ['same-origin', 200],
  ['none', 200],
  ['same-site', 403],
  ['cross-site', 403],
])('a session from a %s page gets %i', async (site, status) => {
  const headers = { cookie: 'bridge_session=x', 'sec-fetch-site': site };
  expect((await fetch(`${url}/ingest`, { method: 'POST', headers })).status).toBe(status);
});

test.each<[string, Record<string, string>, number]>([
  ['the page itself', { origin: 'URL' }, 200],
  ['another port', { origin: 'http://127.0.0.1:1' }, 403],
  ['another site', { origin: 'https://elsewhere.test' }, 403],
  ['a sandboxed frame', { origin: 'null' }, 403],
  ['no browser', {}, 200],
  [
    'the page itself, as the browser says',
    { origin: 'https://elsewhere.test', 'sec-fetch-site': 'same-origin' },
    200,
  ],
])('a session without Sec-Fetch-Site from %s', async (_where, given, status) => {
  const origin = given['origin'] === 'URL' ? { origin: url } : {};
  const headers = { cookie: 'bridge_session=x', ...given, ...origin };
  expect((await fetch(`${url}/ingest`, { method: 'POST', headers })).status).toBe(status);
});
