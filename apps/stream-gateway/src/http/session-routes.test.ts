import { createRequireScope, type Principal, type Session } from '@bridge/auth';
import { CodedError } from '@bridge/core';
import { createHttpApp, mountErrors } from '@bridge/service-runtime';
import { silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { type AddressInfo } from 'node:net';
import { type OidcSignIn } from './oidc-routes.ts';
import { mountSession } from './session-routes.ts';

const principal: Principal = {
  keyId: 'k',
  accessor: 'key:k',
  scopes: new Set(['stream']),
  users: undefined,
};
const session: Session = { token: 'bbs_x', expiresAt: new Date('2026-01-02T03:04:05Z'), principal };
const attempt = { state: 's', nonce: 'n', codeVerifier: 'v' };
const down = new CodedError('oidc_unreachable', 'transient', 'The OIDC provider cannot be used now.');

/** A provider at which everybody is somebody whom a grant admits. */
function provider(changes: Partial<OidcSignIn['provider']> = {}): OidcSignIn {
  return {
    provider: {
      issuer: 'https://id.example.test',
      begin: () => Promise.resolve({ url: 'https://id.example.test/authorize', attempt }),
      finish: () => Promise.resolve({ kind: 'signed_in', issuer: 'https://id.example.test', subject: 'ada' }),
      ...changes,
    },
    attempts: {
      seal: () => Promise.resolve('sealed'),
      unseal: (sealed, state) => Promise.resolve(sealed === 'sealed' && state === 's' ? attempt : undefined),
    },
    grants: { find: () => Promise.resolve(principal) },
  };
}

async function serve({ oidc, isPublicTls = false }: { oidc?: OidcSignIn; isPublicTls?: boolean } = {}) {
  const app = createHttpApp({ log: silentLog, metrics: new Registry() });
  const authenticate = () => ({ ok: true, principal, by: 'key' }) as const;
  mountSession(app, {
    authenticate,
    requireScope: createRequireScope(authenticate),
    signIn: {
      createSignInLink: () => Promise.resolve(session),
      exchangeSignInLink: () => Promise.resolve(session),
      openSession: () => Promise.resolve(session),
      endSession: () => Promise.resolve(),
    },
    accessorNames: {
      nameOf: () => Promise.resolve(new Map()),
      named: (name) => Promise.resolve([name]),
    },
    oidc,
    isPublicTls,
    log: silentLog,
  });
  mountErrors(app);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { headers, redirect: 'manual' });

test('cookies travel by TLS only where browsers reach the bridge by TLS, whatever a proxy before it says', async () => {
  const url = await serve({ oidc: provider(), isPublicTls: true });
  const signedIn = await fetch(`${url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"key":"x"}',
  });
  const begun = await get(`${url}/session/oidc/start`);
  const back = await get(`${url}/session/oidc/callback?code=c&state=s`, { cookie: 'bridge_oidc=sealed' });
  const cookies = [signedIn, begun, back].flatMap(({ headers }) => headers.getSetCookie());
  expect(cookies).toHaveLength(4);
  for (const cookie of cookies) expect(cookie).toMatch(/HttpOnly; SameSite=(Strict|Lax);.*; Secure$/);
});

test('without a provider there is none to go to', async () => {
  const url = await serve();
  expect((await get(`${url}/session/oidc/start`)).status).toBe(404);
  expect(await (await get(`${url}/session`)).json()).toMatchObject({
    name: 'key:k',
    methods: { key: true, link: true, oidc: null },
  });
});

test('a provider that is down is said on a page, or in a problem document', async () => {
  const url = await serve({ oidc: provider({ begin: () => Promise.reject(down) }) });
  const page = await get(`${url}/session/oidc/start`, { accept: 'text/html,*/*' });
  expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
  expect(await page.text()).toContain('does not answer');
  const problem = await get(`${url}/session/oidc/start`, { accept: 'application/json' });
  expect(problem.headers.get('retry-after')).toBe('5');
  expect(await problem.json()).toMatchObject({
    status: 503,
    title: expect.stringContaining('provider') as string,
  });
});

test('a bug at the provider is a bug of ours', async () => {
  const broken = () => Promise.reject(new Error('secret'));
  const url = await serve({ oidc: provider({ begin: broken }) });
  const answer = await get(`${url}/session/oidc/start`, { accept: 'text/html' });
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret');
});

test.each(['', '?code=c', '?code=c&state=other', '?code=c&state=s&state=s'])(
  'a callback that was not begun here is refused: %s',
  async (query) => {
    const url = await serve({ oidc: provider() });
    const answer = await get(`${url}/session/oidc/callback${query}`, { cookie: 'bridge_oidc=sealed' });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([400, []]);
  },
);
