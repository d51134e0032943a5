import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createOidcProvider, type OidcProvider } from '../src/adapters/oidc-provider.ts';
import { client, startIssuer, type Issuer, type Misbehaviour } from './oidc-issuer.ts';

const redirectUrl = 'http://bridge.test/session/oidc/callback';
let issuer: Issuer;
let provider: OidcProvider;

beforeEach(async () => {
  const started = await startIssuer();
  onTestFinished(() => started.close());
  issuer = started;
  provider = createOidcProvider({ ...client, issuer: issuer.issuer, redirectUrl });
});

/** Goes to the provider and back, as a browser does. */
async function visit(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').search;
}

async function signIn(misbehaviour: Misbehaviour = {}) {
  issuer.state.misbehaviour = misbehaviour;
  const { url, attempt } = await provider.begin();
  return provider.finish(await visit(url), attempt);
}

test('signs a subject in, with PKCE, state and nonce', async () => {
  const { url } = await provider.begin();
  const query = new URL(url).searchParams;
  expect(Object.fromEntries(query)).toMatchObject({
    response_type: 'code',
    client_id: 'bridge',
    redirect_uri: redirectUrl,
    scope: 'openid',
    code_challenge_method: 'S256',
  });
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(query.get(name)?.length).toBeGreaterThan(40);
  expect(await signIn()).toEqual({ kind: 'signed_in', issuer: issuer.issuer, subject: 'ada@example.test' });
});

describe('an answer that cannot be trusted is refused', () => {
  test.each<[string, Misbehaviour]>([
    ['a wrong nonce', { claims: { nonce: 'another' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another audience', { claims: { aud: 'somebody else' } }],
    ['another issuer', { claims: { iss: 'http://elsewhere.test' } }],
    ['a token that expired', { claims: { exp: 1_000_000 } }],
    ['a token without a subject', { claims: { sub: undefined } }],
    ['a signature by a key that is not published', { isForged: true }],
  ])('%s', async (_what, misbehaviour) => {
    expect(await signIn(misbehaviour)).toMatchObject({ kind: 'untrusted' });
  });

  test('a client secret that the provider refuses', async () => {
    provider = createOidcProvider({
      ...client,
      clientSecret: 'old',
      issuer: issuer.issuer,
      redirectUrl,
    });
    expect(await signIn()).toEqual({ kind: 'untrusted', code: 'invalid_client' });
  });

  test("another attempt's state", async () => {
    const { url } = await provider.begin();
    const { attempt } = await provider.begin();
    expect(await provider.finish(await visit(url), attempt)).toMatchObject({ kind: 'untrusted' });
  });
});

test('a code works once, and only with its own verifier', async () => {
  const { url, attempt } = await provider.begin();
  const search = await visit(url);
  const other = { ...attempt, codeVerifier: 'a'.repeat(43) };
  expect(await provider.finish(search, other)).toEqual({ kind: 'declined', code: 'invalid_grant' });
  expect(await provider.finish(search, attempt)).toEqual({ kind: 'declined', code: 'invalid_grant' });
});

test('somebody who declines is told apart from a fault', async () => {
  const { attempt } = await provider.begin();
  const search = `?error=access_denied&state=${attempt.state}`;
  expect(await provider.finish(search, attempt)).toEqual({ kind: 'declined', code: 'access_denied' });
});

test('the signing key may be rotated at any time, also between the way there and back', async () => {
  expect(await signIn()).toMatchObject({ kind: 'signed_in' });
  const { url, attempt } = await provider.begin();
  issuer.rotate();
  expect(await provider.finish(await visit(url), attempt)).toMatchObject({ kind: 'signed_in' });
});

test.each([500, 503, 429])('while the token endpoint answers %i, the error is transient', async (status) => {
  await expect(signIn({ status })).rejects.toMatchObject({ code: 'oidc_unreachable', retry: 'transient' });
});

test('while it is down, the error is transient and names neither address nor secret; afterwards it works', async () => {
  const { attempt } = await provider.begin();
  const gone = createOidcProvider({ ...client, issuer: 'http://127.0.0.1:9', redirectUrl });
  const error = await gone.begin().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'oidc_unreachable', retry: 'transient' });
  expect(JSON.stringify(error)).not.toMatch(/127|s3cret/);
  expect(attempt.state).not.toBe('');
  expect(await signIn()).toMatchObject({ kind: 'signed_in' });
});
