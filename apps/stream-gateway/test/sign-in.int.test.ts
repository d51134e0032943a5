import { createGrants, type Scope } from '@bridge/auth';
import { randomName } from '@bridge/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { followStream, until } from './follow-stream.ts';
import { createWorld, type World } from './gateway-world.ts';
import { client, startIssuer, type Issuer, type Misbehaviour } from './oidc-issuer.ts';
import { masterKey, startGateway, type Gateway } from './start-gateway.ts';

const redirectUrl = 'http://bridge.test/session/oidc/callback';
let world: World;
let issuer: Issuer;
let gateway: Gateway;

beforeAll(async () => {
  world = await createWorld();
  issuer = await startIssuer();
  gateway = await startGateway(world, { oidc: { ...client, issuer: issuer.issuer, redirectUrl } });
  await until('the gateway is ready', async () => (await fetch(`${gateway.url}/ready`)).ok || undefined);
});

afterAll(async () => {
  await gateway.close();
  await issuer.close();
  await world.close();
});

beforeEach(() => {
  issuer.state.misbehaviour = {};
});

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(gateway.url + path, { redirect: 'manual', ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

type Answer = Awaited<ReturnType<typeof call>>;

const cookiesOf = ({ headers }: Answer) => headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
const sessionOf = (answer: Answer) => ({
  cookie: cookiesOf(answer).find((cookie) => cookie.startsWith('bridge_session=')) ?? '',
});

const signInWith = (body: unknown, headers: Record<string, string> = {}) =>
  call('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const accessorsOf = (user: string) =>
  until('the access', async () => {
    const subject = (await world.vault.find([user])).get(user)?.subjectId;
    const rows = await world.admin.query<{ accessor_id: string }>(
      'select accessor_id from public.phi_access_log where user_id = $1',
      [subject],
    );
    return rows.length === 0 ? undefined : rows.map(({ accessor_id }) => accessor_id);
  });

/** A person of whom nothing is known but that they exist: `GET /users` of a limited caller shows and records them. */
async function person(): Promise<string> {
  const user = randomName('ada');
  await world.vault.subjectsFor([user]);
  return user;
}

const methods = () => ({ key: true, link: true, oidc: { issuer: issuer.issuer } });

describe('the sign-in page', () => {
  test('learns from the 401 how one can sign in', async () => {
    const { status, body, headers } = await call('/session');
    expect({ status, methods: body['methods'] }).toEqual({ status: 401, methods: methods() });
    expect(headers.get('www-authenticate')).toBe('Bearer realm="biometric-bridge"');
  });

  test('takes an API key, and the session bears the name of the key', async () => {
    const user = await person();
    const { key } = await world.keys.createKey({ label: 'night shift', scopes: ['stream'], users: [user] });
    const signedIn = await signInWith({ key });
    expect(signedIn).toMatchObject({
      status: 200,
      body: { name: 'key:night shift', scopes: ['stream'], users: [user], methods: methods() },
    });
    expect(signedIn.text).not.toContain(key);
    const setCookie = String(signedIn.headers.get('set-cookie'));
    expect(setCookie).toMatch(/^bridge_session=bbs_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Expires=/);
    const headers = sessionOf(signedIn);
    expect((await call('/session', { headers })).body).toEqual(signedIn.body);
    await call('/users', { headers });
    expect(await accessorsOf(user)).toEqual(['key:night shift']);
  });

  test('never names anybody master', async () => {
    const { body } = await signInWith({ key: masterKey });
    expect(body['name']).toBe('key:AUREN_MASTER_API_KEY');
  });

  test('ends the session before, and a session with its key', async () => {
    const { keyId, key } = await world.keys.createKey({ label: 'day shift', scopes: ['stream'] });
    const first = sessionOf(await signInWith({ key }));
    const second = sessionOf(await signInWith({ key }, first));
    await until('the first session has ended', async () =>
      (await call('/session', { headers: first })).status === 401 ? true : undefined,
    );
    const stream = await followStream(`${gateway.url}/stream`, second);
    await world.keys.revokeKey(keyId);
    await stream.ended;
    expect((await call('/session', { headers: second })).status).toBe(401);
  });

  test.each([
    ['an unknown key', { key: `bb_${'a'.repeat(43)}` }, 401],
    ['a key with a line break', { key: 'bb_a\r\nx: y' }, 401],
    ['an unknown link', { link: `bbl_${'a'.repeat(43)}` }, 401],
    ['both', { link: 'x', key: 'y' }, 422],
    ['nothing', {}, 422],
    ['a number', { key: 7 }, 422],
    ['something else too', { key: 'x', admin: true }, 422],
  ])('refuses %s', async (_what, body, status) => {
    const answer = await signInWith(body);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([status, null]);
    expect(answer.text).not.toContain('aaaa');
  });

  test.each([
    ['Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
    ['Origin', { origin: 'https://elsewhere.test' }],
  ])('refuses another page by its %s', async (_by, headers) => {
    expect((await signInWith({ key: masterKey }, headers)).status).toBe(403);
    const session = sessionOf(await signInWith({ key: masterKey }));
    for (const [method, path] of [
      ['DELETE', '/session'],
      ['POST', '/keys'],
      ['POST', '/session/links'],
    ] as const)
      expect((await call(path, { method, headers: { ...session, ...headers } })).status).toBe(403);
    expect((await call('/session', { headers: session })).status).toBe(200);
  });
});

describe('sign-in at the provider', () => {
  const grants = () => createGrants({ query: world.admin.query, vault: world.vault });

  async function admit(scopes: readonly Scope[], users?: readonly string[]) {
    const subject = randomName('nurse@example.test');
    issuer.state.subject = subject;
    const account = { issuer: issuer.issuer, subject };
    return { account, ...(await grants().grant({ ...account, scopes, users, grantedBy: 'operator:local' })) };
  }

  /** The way of a browser: to the provider and back to the callback. */
  async function visit(misbehaviour: Misbehaviour = {}, accept = 'text/html') {
    const start = await call('/session/oidc/start');
    expect(start.status).toBe(302);
    expect(start.headers.get('set-cookie')).toMatch(
      /^bridge_oidc=[\w-]+; Path=\/session\/oidc; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
    issuer.state.misbehaviour = misbehaviour;
    const back = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' });
    const { pathname, search } = new URL(back.headers.get('location') ?? '');
    const headers = { cookie: cookiesOf(start).join('; '), accept };
    return { path: pathname + search, headers, answer: await call(pathname + search, { headers }) };
  }

  test('opens a session that bears the subject, whose accesses are written down under its grant', async () => {
    const user = await person();
    const { account, grantId } = await admit(['stream'], [user]);
    const { answer, path, headers } = await visit();
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(cookiesOf(answer)).toContain('bridge_oidc=');
    const session = sessionOf(answer);
    expect((await call('/session', { headers: session })).body).toMatchObject({
      name: `oidc:${account.subject}`,
      scopes: ['stream'],
      users: [user],
      expires_at: expect.any(String) as string,
    });
    await call('/users', { headers: session });
    expect(await accessorsOf(user)).toEqual([`oidc:${grantId}`]);
    expect((await call('/users/somebody/state', { headers: session })).status).toBe(403);
    expect(JSON.stringify(gateway.log.lines)).not.toContain(account.subject);
    // The same address again, as from the browser's history.
    expect((await call(path, { headers })).status).toBe(401);
  });

  test('ends within a second when the grant is taken away, open streams too', async () => {
    const { account } = await admit(['admin']);
    const session = sessionOf((await visit()).answer);
    const stream = await followStream(`${gateway.url}/stream`, session);
    expect((await call('/keys', { headers: session })).status).toBe(200);
    const revokedAt = Date.now();
    expect(await grants().revoke(account)).toBe(true);
    await stream.ended;
    for (const path of ['/session', '/keys', '/audit', '/pipeline', '/users'])
      await until(`${path} is refused`, async () =>
        (await call(path, { headers: session })).status === 401 ? true : undefined,
      );
    expect(Date.now() - revokedAt).toBeLessThan(2_000);
    expect((await visit()).answer.status).toBe(403);
  });

  test('answers 403 to a subject without a grant: a page for people, a problem for programs', async () => {
    issuer.state.subject = `<b>${randomName('stranger')}`;
    const page = (await visit()).answer;
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('sign-in grant') as string });
    expect(page.text).toContain(issuer.state.subject.replace('<b>', '&lt;b&gt;'));
    expect(page.text).not.toContain('<b>');
    const { answer } = await visit({}, 'application/json');
    expect(answer).toMatchObject({ status: 403, body: { status: 403 } });
    expect(answer.text).not.toContain('stranger');
    expect(sessionOf(answer).cookie).toBe('');
  });

  test.each<[string, Misbehaviour]>([
    ['a wrong nonce', { claims: { nonce: 'another' } }],
    ['another audience', { claims: { aud: 'somebody else' } }],
    ['a token that expired', { claims: { exp: 1_000_000 } }],
    ['a forged signature', { isForged: true }],
  ])('refuses %s', async (_what, misbehaviour) => {
    await admit(['admin']);
    const { answer } = await visit(misbehaviour);
    expect([answer.status, sessionOf(answer).cookie]).toEqual([502, '']);
  });

  test('goes on after a rotation of the signing key', async () => {
    await admit(['stream']);
    expect((await visit()).answer.status).toBe(303);
    issuer.rotate();
    expect((await visit()).answer.status).toBe(303);
  });

  test('says that the provider is down', async () => {
    await admit(['stream']);
    const { answer } = await visit({ status: 503 });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(answer.text).toContain('does not answer');
  });

  test('takes an answer only in the browser that asked for it', async () => {
    await admit(['admin']);
    const [mine, other] = [await call('/session/oidc/start'), await call('/session/oidc/start')];
    const back = await fetch(mine.headers.get('location') ?? '', { redirect: 'manual' });
    const { pathname, search } = new URL(back.headers.get('location') ?? '');
    for (const cookie of ['', 'bridge_oidc=x', cookiesOf(other).join('; ')])
      expect((await call(pathname + search, { headers: { cookie } })).status).toBe(400);
    const headers = { cookie: cookiesOf(mine).join('; ') };
    expect((await call(`${pathname}?code=x`, { headers })).status).toBe(400);
    expect((await call(pathname + search, { headers })).status).toBe(303);
  });
});
