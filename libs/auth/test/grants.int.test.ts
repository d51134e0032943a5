import { createTestDatabase, type TestConnection, type TestDatabase } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, type Vault } from '@bridge/vault';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createAccessorNames,
  createAuthenticator,
  createGrants,
  createSignIn,
  type Grants,
  type Scope,
} from '../src/index.ts';

const issuer = 'https://id.example.test';
let database: TestDatabase;
let service: TestConnection;
let admin: TestConnection;
let vault: Vault;
let grants: Grants;

beforeAll(async () => {
  database = await createTestDatabase();
  service = database.connect('gateway');
  admin = database.connect('owner');
  vault = createVault({
    query: service.query,
    kek: parseKeyList(randomBytes(32).toString('base64')),
    indexKey: parseKey(randomBytes(32).toString('base64')),
    cacheSize: 10,
  });
  grants = createGrants({ query: admin.query, vault });
});

afterAll(async () => {
  await service.close();
  await admin.close();
  await database.close();
});

const admit = (subject: string, scopes: readonly Scope[], users?: readonly string[]) =>
  grants.grant({ issuer, subject, scopes, users, grantedBy: 'operator:local' });

const authenticate = (cookie: string) =>
  createAuthenticator({ query: service.query, vault, masterKey: 'm' })(undefined, cookie);

/** Signs a subject in, as the gateway does it. */
async function signIn(subject: string): Promise<string> {
  const principal = await createGrants({ query: service.query, vault }).find({ issuer, subject });
  if (principal === undefined) throw new Error('no grant');
  const session = await createSignIn({ query: service.query, vault }).openSession(principal);
  return `bridge_session=${session.token}`;
}

test('a subject is found under its own issuer only, and neither it nor its persons lie in the clear', async () => {
  const { grantId } = await admit('ada@example.test', ['stream'], ['patient-1']);
  const reader = createGrants({ query: service.query, vault });
  expect(await reader.find({ issuer, subject: 'ada@example.test' })).toEqual({
    keyId: grantId,
    accessor: `oidc:${grantId}`,
    scopes: new Set(['stream']),
    users: new Set(['patient-1']),
  });
  expect(await reader.find({ issuer: 'https://other.test', subject: 'ada@example.test' })).toBeUndefined();
  expect(await reader.find({ issuer, subject: 'Ada@example.test' })).toBeUndefined();
  await signIn('ada@example.test');
  const tables = ['auth.sign_in_grants', 'auth.sessions'];
  for (const table of tables) {
    const rows = await admin.query<{ row: string }>(`select t::text as row from ${table} t`);
    for (const text of ['ada@example.test', 'patient-1'])
      expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${text}|${Buffer.from(text).toString('hex')}`));
  }
});

test('a session may what its grant says now, and ends with it', async () => {
  await admit('bob', ['stream', 'alerts']);
  const cookie = await signIn('bob');
  expect(await authenticate(cookie)).toMatchObject({ principal: { users: undefined } });
  await admit('bob', ['stream'], ['patient-2']);
  expect(await authenticate(cookie)).toMatchObject({
    principal: { scopes: new Set(['stream']), users: new Set(['patient-2']) },
  });
  expect(await grants.revoke({ issuer, subject: 'bob' })).toBe(true);
  expect(await grants.revoke({ issuer, subject: 'bob' })).toBe(false);
  expect(await authenticate(cookie)).toMatchObject({ ok: false, status: 401 });
  await expect(signIn('bob')).rejects.toThrow('no grant');

  const { grantId } = await admit('bob', ['stream']);
  expect(await authenticate(cookie)).toMatchObject({ ok: false });
  const own = (await grants.list()).filter(({ subject }) => subject === 'bob');
  expect(own.map((grant) => grant.revokedAt === undefined)).toEqual([false, true]);
  expect(own[1]).toMatchObject({ grantId, issuer, grantedBy: 'operator:local', scopes: ['stream'] });
});

test('a session whose grant row is gone is refused', async () => {
  const { grantId } = await admit('eve', ['stream']);
  const cookie = await signIn('eve');
  await admin.query('delete from auth.sign_in_grants where grant_id = $1', [grantId]);
  expect(await authenticate(cookie)).toMatchObject({ ok: false });
});

test('an admin reads accessors by the names of their subjects, also after they left', async () => {
  const { grantId } = await admit('carl', ['stream']);
  await grants.revoke({ issuer, subject: 'carl' });
  const names = createAccessorNames({ query: service.query, vault });
  const accessors = [`oidc:${grantId}`, 'key:ring', 'oidc:grant_000000000000'];
  expect(Object.fromEntries(await names.nameOf(accessors))).toEqual({
    [`oidc:${grantId}`]: 'oidc:carl',
    'key:ring': 'key:ring',
    'oidc:grant_000000000000': 'oidc:grant_000000000000',
  });
  expect(await names.named('oidc:carl')).toEqual(['oidc:carl', `oidc:${grantId}`]);
  expect(await names.named('key:ring')).toEqual(['key:ring']);
});

test('services only read grants', async () => {
  const asService = createGrants({ query: service.query, vault });
  const grant = { issuer, subject: 'dan', scopes: ['admin'] as const, grantedBy: 'x' };
  await expect(asService.grant(grant)).rejects.toMatchObject({ code: '42501' });
  await expect(asService.revoke({ issuer, subject: 'dan' })).rejects.toMatchObject({ code: '42501' });
});
