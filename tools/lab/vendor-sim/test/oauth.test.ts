import { afterEach, beforeEach, expect, it } from 'vitest';
import { startVendorSim, type VendorSim } from '../start-vendor-sim.ts';
import { vendors, type Vendor } from '../vendor.ts';
import { connect, consent, refresh, tokenRequest, type Tokens } from './connect.ts';

let sim: VendorSim;
let now = Date.parse('2026-11-20T12:00:00Z');
beforeEach(async () => {
  sim = await startVendorSim({ now: () => now });
});
afterEach(() => sim.close());

const whoAmI: Record<Vendor, string> = {
  oura: '/oura/v2/usercollection/personal_info',
  whoop: '/whoop/v2/user/profile/basic',
};
const statusWith = async (vendor: Vendor, token: string) =>
  (await fetch(sim.url + whoAmI[vendor], { headers: { authorization: `Bearer ${token}` } })).status;

it.each(vendors)('%s: consent, tokens, and who it is', async (vendor) => {
  const { id } = sim.addUser(vendor);
  const { access_token } = await connect(sim, vendor, id);
  const response = await fetch(sim.url + whoAmI[vendor], {
    headers: { authorization: `Bearer ${access_token}` },
  });
  const person = (await response.json()) as Record<string, unknown>;
  expect(person[vendor === 'oura' ? 'id' : 'user_id']).toEqual(vendor === 'oura' ? id : Number(id));
});

it.each(vendors)('%s: a refresh token works once; its second use ends the consent', async (vendor) => {
  const { id } = sim.addUser(vendor);
  const first = await connect(sim, vendor, id);
  const second = (await (await refresh(sim, vendor, first.refresh_token)).json()) as Tokens;
  expect(await statusWith(vendor, second.access_token)).toBe(200);

  const again = await refresh(sim, vendor, first.refresh_token);
  expect([again.status, await again.json()]).toEqual([400, { error: 'invalid_grant' }]);
  expect(await statusWith(vendor, second.access_token)).toBe(401);
  expect((await refresh(sim, vendor, second.refresh_token)).status).toBe(400);
  expect(sim.stats(vendor).refreshes).toMatchObject({ granted: 1, refused: 2, accounts: { [id]: 1 } });
});

it.each(vendors)('%s: an access token ends', async (vendor) => {
  const { access_token } = await connect(sim, vendor, sim.addUser(vendor).id);
  now += (vendor === 'oura' ? 86_400 : 3600) * 1000 - 1;
  expect(await statusWith(vendor, access_token)).toBe(200);
  now += 1;
  expect(await statusWith(vendor, access_token)).toBe(401);
});

it('a lost token answer has rotated the tokens all the same', async () => {
  const { refresh_token } = await connect(sim, 'whoop', sim.addUser('whoop').id);
  sim.faults('whoop', { lostTokenAnswers: 1 });
  await expect(refresh(sim, 'whoop', refresh_token)).rejects.toThrow();
  expect((await refresh(sim, 'whoop', refresh_token)).status).toBe(400);
  expect(sim.stats('whoop').refreshes).toMatchObject({ granted: 0, lost: 1, refused: 1 });
});

it('WHOOP gives a refresh token only for `offline`', async () => {
  sim.addUser('whoop');
  const back = await consent(sim, 'whoop', { scope: 'read:sleep' });
  const response = await tokenRequest(sim, 'whoop', {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: 'http://127.0.0.1:1/callback',
  });
  const pair = await response.json();
  expect(pair).toHaveProperty('access_token');
  expect(pair).not.toHaveProperty('refresh_token');
});

it('a code works once, for its redirect_uri and its verifier', async () => {
  sim.addUser('oura');
  const codeOf = async (more?: Record<string, string>) =>
    (await consent(sim, 'oura', more)).searchParams.get('code') ?? '';
  const exchange = async (code: string, redirect_uri = 'http://127.0.0.1:1/callback') =>
    (await tokenRequest(sim, 'oura', { grant_type: 'authorization_code', code, redirect_uri })).status;
  const code = await codeOf();
  expect([await exchange(code), await exchange(code)]).toEqual([200, 400]);
  expect(await exchange(await codeOf(), 'http://127.0.0.1:1/other')).toBe(400);
  expect(await exchange(await codeOf({ code_challenge: 'x' }))).toBe(400);
});

it('a wrong secret is no client, and a refusal comes back with the state', async () => {
  expect((await tokenRequest(sim, 'oura', { client_secret: 'wrong' })).status).toBe(401);
  const back = await consent(sim, 'oura', { sim_deny: '1' });
  expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state: 'state-123' });
});

it('revoking ends the consent', async () => {
  const oura = await connect(sim, 'oura', sim.addUser('oura').id);
  const revoke = `${sim.url}/oura/oauth/revoke?access_token=${oura.access_token}`;
  expect((await fetch(revoke, { method: 'POST' })).status).toBe(200);
  expect(await statusWith('oura', oura.access_token)).toBe(401);

  const whoop = await connect(sim, 'whoop', sim.addUser('whoop').id);
  const headers = { authorization: `Bearer ${whoop.access_token}` };
  expect((await fetch(`${sim.url}/whoop/v2/user/access`, { method: 'DELETE', headers })).status).toBe(204);
  expect((await refresh(sim, 'whoop', whoop.refresh_token)).status).toBe(400);
});

it('without a choice it asks on a page', async () => {
  const { email } = sim.addUser('oura', { email: '<b>@example.org' });
  const query = 'response_type=code&client_id=oura-client&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2F&state=s';
  const page = await (await fetch(`${sim.url}/oura/oauth/authorize?${query}`)).text();
  expect(page).not.toContain(email);
  const link = /href="([^"]*sim_account[^"]*)"/.exec(page)?.[1]?.replaceAll('&#38;', '&') ?? '';
  const followed = await fetch(new URL(link, `${sim.url}/oura/oauth/authorize`), { redirect: 'manual' });
  expect(followed.headers.get('location')).toContain('code=');
});

it.each([
  ['invalid_request', 400],
  ['plain', 400],
  ['html', 403],
  ['401', 401],
  ['200', 200],
] as const)('a dead token is refused as %s, and its access token is 401', async (refusalForm, status) => {
  const { id } = sim.addUser('oura');
  const { access_token, refresh_token } = await connect(sim, 'oura', id);
  sim.faults('oura', { deadTokens: [id], refusalForm });
  expect((await refresh(sim, 'oura', refresh_token)).status).toBe(status);
  expect(await statusWith('oura', access_token)).toBe(401);
  const other = await connect(sim, 'oura', sim.addUser('oura').id);
  expect((await refresh(sim, 'oura', other.refresh_token)).status).toBe(200);
});

it('tokens come with nulls, with odd types, and without a refresh token', async () => {
  const { id } = sim.addUser('oura');
  const tokensAs = async (tokenForm: 'nulls' | 'odd' | 'no_refresh') => {
    sim.faults('oura', { tokenForm });
    return connect(sim, 'oura', id);
  };
  expect(await tokensAs('nulls')).toMatchObject({ id_token: null, scope: null });
  expect(await tokensAs('odd')).toMatchObject({ expires_in: '86400', scope: '' });
  expect(await tokensAs('no_refresh')).not.toHaveProperty('refresh_token');
});

it('the token endpoint answers HTML, leads elsewhere, breaks and fails', async () => {
  const { refresh_token } = await connect(sim, 'oura', sim.addUser('oura').id);
  const statusAs = async (tokenEndpoint: 'html' | 'redirects' | 'errors') => {
    sim.faults('oura', { tokenEndpoint });
    const client = { client_id: 'oura-client', client_secret: 'oura-client-secret' };
    const body = new URLSearchParams({ ...client, grant_type: 'refresh_token', refresh_token });
    const init = { method: 'POST', body, redirect: 'manual' } as const;
    return (await fetch(`${sim.url}/oura/oauth/token`, init)).status;
  };
  expect([await statusAs('html'), await statusAs('redirects'), await statusAs('errors')]).toEqual([
    200, 302, 500,
  ]);
});

it("the new portal's addresses issue tokens where the old ones refuse, and the callback says who issued", async () => {
  sim.faults('oura', { oldAddressesRefuse: true });
  const { id } = sim.addUser('oura');
  const page = new URL(`${sim.url}/oura/oauth/v2/ext/oauth-authorize`);
  const redirect_uri = 'http://127.0.0.1:1/callback';
  const client_id = 'oura-client';
  const asked = { response_type: 'code', client_id, redirect_uri, scope: 'extapi:personal', sim_account: id };
  for (const [name, value] of Object.entries(asked)) page.searchParams.set(name, value);
  const { headers } = await fetch(page, { redirect: 'manual' });
  const back = new URL(headers.get('location') ?? '');
  expect(back.searchParams.get('iss')).toBe('https://moi.ouraring.com/oauth/v2/ext');
  const body = () =>
    new URLSearchParams({
      grant_type: 'authorization_code',
      ...{ client_id, client_secret: 'oura-client-secret', redirect_uri },
      code: back.searchParams.get('code') ?? '',
    });
  const post = (path: string) => fetch(`${sim.url}/oura${path}`, { method: 'POST', body: body() });
  expect((await post('/oauth/token')).status).toBe(400);
  const answer = await post('/oauth/v2/ext/oauth-token');
  const { access_token, scope } = (await answer.json()) as Tokens & { scope: string };
  expect(scope).toBe('extapi:personal');
  expect(await statusWith('oura', access_token)).toBe(200);
});
