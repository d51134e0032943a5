import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPolicies } from '@bridge/resilience';
import { silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { expect, it, onTestFinished } from 'vitest';
import { vendorApplications } from '../vendors/vendor-config.ts';
import { vendorDefinitions } from '../vendors/vendors.ts';
import { oura } from '../vendors/oura/vendor.ts';
import { createOAuthClient } from './oauth-client.ts';

/** A client whose token endpoint answers so, under a path of its own. */
async function openClient(answer: (res: ServerResponse) => void, env: Record<string, string> = {}) {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(req.url ?? '');
    answer(res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const app = vendorApplications(vendorDefinitions, {
    OURA_CLIENT_ID: 'bridge',
    OURA_CLIENT_SECRET: 'secret',
    OURA_TOKEN_URL: `http://127.0.0.1:${String(port)}/oauth/v2/ext/oauth-token`,
    ...env,
  })['oura'];
  if (app === undefined) throw new Error('is not configured');
  const call = createPolicies({ metrics: new Registry(), log: silentLog }).call('oura-oauth', {});
  const redirectUrl = 'http://bridge/connect/oura/callback';
  const client = createOAuthClient({ definition: oura, app, redirectUrl, call, now: () => 0, timeoutS: 1 });
  return { client, asked };
}

const send = (status: number, text: string, type: string) => (res: ServerResponse) =>
  void res.writeHead(status, { 'content-type': type }).end(text);
const json = (status: number, body: unknown) => send(status, JSON.stringify(body), 'application/json');

it('asks at the address that is set, and takes an answer with an id_token of null', async () => {
  const body = { access_token: 'a', refresh_token: 'r', id_token: null, scope: null, token_type: 'Bearer' };
  const { client, asked } = await openClient(json(200, body));
  const grant = await client.exchange('code', { codeVerifier: 'v'.repeat(43) });
  expect(grant).toEqual({ kind: 'granted', tokens: { accessToken: 'a', refreshToken: 'r' } });
  expect(asked).toEqual(['/oauth/v2/ext/oauth-token']);
});

it('sends people to the page of the new portal with its scopes, and to the older page with the older ones', async () => {
  const consent = { state: 's', codeVerifier: 'v'.repeat(43) };
  const { client } = await openClient(json(200, {}));
  const page = new URL(await client.authorizeUrl(consent));
  expect(page.origin + page.pathname).toBe('https://moi.ouraring.com/oauth/v2/ext/oauth-authorize');
  expect(page.searchParams.get('scope')).toMatch(/^extapi:personal extapi:daily /);
  const older = await openClient(json(200, {}), { OURA_OAUTH_URL: 'https://cloud.ouraring.com' });
  const olderPage = new URL(await older.client.authorizeUrl(consent));
  expect(olderPage.pathname).toBe('/oauth/authorize');
  expect(olderPage.searchParams.get('scope')).toMatch(/^personal daily /);
});

it.each([
  ['invalid_request', json(400, { error: 'invalid_request' }), 'invalid_request'],
  ['HTML', send(403, '<html>no</html>', 'text/html'), 'none'],
  ['200 with an error inside', json(200, { error: 'invalid_grant' }), 'invalid_grant'],
])('%s is a refusal, again and again, and closes nothing', async (_, answer, error) => {
  const { client, asked } = await openClient(answer);
  for (let nr = 0; nr < 8; nr += 1)
    expect(await client.refresh('r')).toMatchObject({ kind: 'refused', error });
  expect(asked).toHaveLength(8);
});

it.each([
  ['HTML under 200', send(200, '<html>hi</html>', 'text/html')],
  ['a redirect', (res: ServerResponse) => void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ['nothing for as long as it may take', () => undefined],
  ['a fault', json(500, {})],
])('%s is no clear answer', async (_, answer) => {
  const { client, asked } = await openClient(answer);
  await expect(client.refresh('r')).rejects.toMatchObject({ code: 'vendor_unavailable', retry: 'transient' });
  expect(asked).toHaveLength(1);
});

it('a client that the vendor does not know is our own fault', async () => {
  const { client } = await openClient(json(401, { error: 'invalid_client' }));
  await expect(client.refresh('r')).rejects.toMatchObject({ code: 'oauth_client_refused' });
});
