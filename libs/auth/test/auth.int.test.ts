import { createTestDatabase, type TestConnection, type TestDatabase } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, type Vault } from '@bridge/vault';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createAuthenticator,
  createKeyRing,
  createSignIn,
  type Authenticate,
  type AuthResult,
  type KeyRing,
  type Principal,
} from '../src/index.ts';

const masterKey = randomBytes(32).toString('hex');

let database: TestDatabase;
let service: TestConnection;
let admin: TestConnection;
let vault: Vault;
let keyRing: KeyRing;

beforeAll(async () => {
  database = await createTestDatabase();
  service = database.connect('gateway');
  admin = database.connect('owner');
  const kek = parseKeyList(randomBytes(32).toString('base64'));
  const indexKey = parseKey(randomBytes(32).toString('base64'));
  vault = createVault({ query: service.query, kek, indexKey, cacheSize: 10 });
  keyRing = createKeyRing({ query: admin.query, vault });
});

afterAll(async () => {
  await service.close();
  await admin.close();
  await database.close();
});

function newAuthenticator(): Authenticate {
  return createAuthenticator({ query: service.query, vault, masterKey });
}

function principal(result: AuthResult): Principal {
  if (!result.ok) throw new Error(result.detail);
  return result.principal;
}

test('a key carries its scopes and its users, and is stored as a hash', async () => {
  const { keyId, key } = await keyRing.createKey({ label: 'ring', scopes: ['ingest'], users: ['u1', 'u2'] });
  expect(key).toMatch(/^bb_[A-Za-z0-9_-]{43}$/);
  const found = principal(await newAuthenticator()(`Bearer ${key}`));
  expect(found).toEqual({
    keyId,
    accessor: 'key:ring',
    scopes: new Set(['ingest']),
    users: new Set(['u1', 'u2']),
  });
  expect(await keyRing.listKeys()).toContainEqual(
    expect.objectContaining({ keyId, label: 'ring', users: ['u1', 'u2'], revokedAt: undefined }),
  );
  const [row] = await admin.query<{ row: string }>(
    'select k::text as row from auth.api_keys k where key_id = $1',
    [keyId],
  );
  expect(row?.row).not.toContain(key);
  expect(row?.row).not.toContain(Buffer.from('u1').toString('hex') + Buffer.from('"').toString('hex'));
});

test('a revoked key is refused within a second by a service that just used it', async () => {
  const { keyId, key } = await keyRing.createKey({ label: 'short', scopes: ['stream'] });
  const authenticate = newAuthenticator();
  expect((await authenticate(`Bearer ${key}`)).ok).toBe(true);
  expect(await keyRing.revokeKey(keyId)).toBe(true);
  expect(await keyRing.revokeKey(keyId)).toBe(false);
  const revokedAt = Date.now();
  while ((await authenticate(`Bearer ${key}`)).ok) {
    expect(Date.now() - revokedAt).toBeLessThan(1_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test.each([
  ['no header', undefined],
  ['another scheme', 'Basic dTpw'],
  ['an unknown key', `Bearer bb_${'A'.repeat(43)}`],
  ['something that is no key', 'Bearer hello'],
  ['nearly the master key', `Bearer ${masterKey.slice(0, -1)}`],
])('refuses %s with 401', async (_name, header) => {
  expect(await newAuthenticator()(header)).toMatchObject({ ok: false, status: 401 });
});

test('the master key is an admin without any row', async () => {
  const accessor = 'key:AUREN_MASTER_API_KEY';
  expect(principal(await newAuthenticator()(`Bearer ${masterKey}`))).toMatchObject({ accessor });
  await expect(keyRing.createKey({ label: 'AUREN_MASTER_API_KEY', scopes: ['admin'] })).rejects.toThrow(
    'taken',
  );
});

test('a user list that was copied to another key does not open', async () => {
  const a = await keyRing.createKey({ label: 'a', scopes: ['stream'], users: ['u1'] });
  const b = await keyRing.createKey({ label: 'b', scopes: ['stream'], users: ['u2'] });
  await admin.query(
    'update auth.api_keys a set users = b.users from auth.api_keys b where a.key_id = $1 and b.key_id = $2',
    [a.keyId, b.keyId],
  );
  await expect(newAuthenticator()(`Bearer ${a.key}`)).rejects.toMatchObject({
    code: 'sealed_value_rejected',
  });
  await admin.query('delete from auth.api_keys where key_id = $1', [a.keyId]);
});

test('a sign-in link opens one session, which ends with its key', async () => {
  const { keyId, key } = await keyRing.createKey({
    label: 'ui',
    scopes: ['stream', 'alerts'],
    users: ['u1'],
  });
  const authenticate = newAuthenticator();
  const signIn = createSignIn({ query: service.query, vault });
  const link = await signIn.createSignInLink(principal(await authenticate(`Bearer ${key}`)));

  const exchanges = await Promise.all(Array.from({ length: 5 }, () => signIn.exchangeSignInLink(link.token)));
  const sessions = exchanges.filter((session) => session !== undefined);
  expect(sessions).toHaveLength(1);
  const cookie = `other=1; bridge_session=${sessions[0]?.token ?? ''}`;
  expect(principal(await authenticate(undefined, cookie))).toEqual({
    keyId,
    accessor: 'key:ui',
    scopes: new Set(['stream', 'alerts']),
    users: new Set(['u1']),
  });
  expect(await signIn.exchangeSignInLink(link.token)).toBeUndefined();

  await keyRing.revokeKey(keyId);
  expect(await newAuthenticator()(undefined, cookie)).toMatchObject({ ok: false, status: 401 });
});

test('expired links and ended or expired sessions do not count', async () => {
  const admitted = principal(await newAuthenticator()(`Bearer ${masterKey}`));
  const past = createSignIn({ query: service.query, vault, linkMs: -1 });
  const expired = await past.createSignInLink(admitted);
  expect(await past.exchangeSignInLink(expired.token)).toBeUndefined();

  const signIn = createSignIn({ query: service.query, vault });
  const session = await signIn.exchangeSignInLink((await signIn.createSignInLink(admitted)).token);
  const cookie = `bridge_session=${session?.token ?? ''}`;
  expect((await newAuthenticator()(undefined, cookie)).ok).toBe(true);
  const tomorrow = () => Date.now() + 24 * 3_600_000;
  const later = createAuthenticator({ query: service.query, vault, masterKey, now: tomorrow });
  expect((await later(undefined, cookie)).ok).toBe(false);
  await signIn.endSession(session?.token ?? '');
  expect((await newAuthenticator()(undefined, cookie)).ok).toBe(false);
});

test('a key stops working at its time, and its sessions with it', async () => {
  const expiresAt = new Date(Date.now() + 3_600_000);
  const { keyId, key } = await keyRing.createKey({ label: 'brief', scopes: ['stream'], expiresAt });
  const signIn = createSignIn({ query: service.query, vault });
  const authenticate = newAuthenticator();
  expect(await authenticate(`Bearer ${key}`)).toMatchObject({ ok: true, expiresAt: expiresAt.getTime() });
  const session = await signIn.openSession(principal(await authenticate(`Bearer ${key}`)));
  const cookie = `bridge_session=${session.token}`;
  expect(await authenticate(undefined, cookie)).toMatchObject({ ok: true, expiresAt: expiresAt.getTime() });

  await admin.query(`update auth.api_keys set expires_at = now() - interval '1 s' where key_id = $1`, [
    keyId,
  ]);
  expect((await newAuthenticator()(`Bearer ${key}`)).ok).toBe(false);
  expect((await newAuthenticator()(undefined, cookie)).ok).toBe(false);
});

test('a use is marked, to the minute', async () => {
  const { keyId, key } = await keyRing.createKey({ label: 'used', scopes: ['stream'] });
  const lastUse = async () =>
    (await keyRing.listKeys()).find((listed) => listed.keyId === keyId)?.lastUsedAt?.getTime();
  expect(await lastUse()).toBeUndefined();
  await newAuthenticator()(`Bearer ${key}`);
  await expect.poll(lastUse).toBeTypeOf('number');
  const first = await lastUse();
  await newAuthenticator()(`Bearer ${key}`);
  expect(await lastUse()).toBe(first);
});

test('a session of AUREN_MASTER_API_KEY ends when the key is changed', async () => {
  const signIn = createSignIn({ query: service.query, vault });
  const session = await signIn.openSession(principal(await newAuthenticator()(`Bearer ${masterKey}`)));
  const cookie = `bridge_session=${session.token}`;
  expect((await newAuthenticator()(undefined, cookie)).ok).toBe(true);
  const changed = createAuthenticator({ query: service.query, vault, masterKey: `${masterKey}2` });
  expect((await changed(undefined, cookie)).ok).toBe(false);
});
