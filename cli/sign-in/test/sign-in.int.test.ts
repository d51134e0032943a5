import { createAuthenticator, createGrants, createSignIn } from '@bridge/auth';
import { createTestDatabase, silentLog, type TestConnection, type TestDatabase } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, type Vault } from '@bridge/vault';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withLocalEnv } from '../../local/local-env.ts';
import { signInCommand } from '../command.ts';

const kek = `k1:${randomBytes(32).toString('base64')}`;
const indexKey = randomBytes(32).toString('base64');
const issuer = 'https://id.example.test';
let database: TestDatabase;
let gateway: TestConnection;
let vault: Vault;

beforeAll(async () => {
  database = await createTestDatabase();
  gateway = database.connect('gateway');
  const keys = { kek: parseKeyList(kek), indexKey: parseKey(indexKey) };
  vault = createVault({ query: gateway.query, ...keys, cacheSize: 10 });
});

afterAll(async () => {
  await gateway.close();
  await database.close();
});

/** What `sign-in <args>` prints. */
async function signIn(...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  const env = {
    POSTGRES_ADMIN_URL: database.adminUrl,
    LANGGRAPH_AES_KEY: kek,
    BRIDGE_INDEX_KEY: indexKey,
    BRIDGE_URL: 'https://bridge.example.test',
    OIDC_ISSUER: issuer,
  };
  const command = signInCommand(env, silentLog, (line) => lines.push(...line.split('\n')));
  await command.parseAsync(args, { from: 'user' });
  return lines;
}

test('prints a link that works once, names its operator, and says how long it lives', async () => {
  const [link = '', note] = await signIn();
  expect(link).toMatch(/^https:\/\/bridge\.example\.test\/#sign-in=bbl_[\w-]{43}$/);
  expect(note).toBe('It signs in one browser, once, within 10 minutes.');
  const token = link.replace(/^.*=/, '');
  const exchange = () => createSignIn({ query: gateway.query, vault }).exchangeSignInLink(token);
  const session = await exchange();
  expect(session?.principal).toEqual({
    keyId: 'operator',
    accessor: 'operator:local',
    scopes: new Set(['admin']),
    users: undefined,
  });
  expect(await exchange()).toBeUndefined();
  const authenticate = createAuthenticator({ query: gateway.query, vault, masterKey: 'm' });
  expect(await authenticate(undefined, `bridge_session=${session?.token ?? ''}`)).toMatchObject({ ok: true });
});

test('a link may be for less, and by somebody else', async () => {
  const options = ['--scope', 'stream', '--user', 'ada', '--operator', 'ward-3', '--json'];
  const { url } = JSON.parse((await signIn('link', ...options)).join('')) as { url: string };
  const session = await createSignIn({ query: gateway.query, vault }).exchangeSignInLink(
    url.replace(/^.*=/, ''),
  );
  expect(session?.principal).toMatchObject({
    accessor: 'operator:ward-3',
    scopes: new Set(['stream']),
    users: new Set(['ada']),
  });
});

test('grants, changes, lists and takes away', async () => {
  const subject = 'nurse@example.test';
  const find = () => createGrants({ query: gateway.query, vault }).find({ issuer, subject });
  const [first] = await signIn('grant', subject, '--scope', 'stream', '--scope', 'alerts', '--user', 'ada');
  expect(first).toMatch(
    /^grant_[0-9a-f]{12} {2}nurse@example\.test may sign in: stream, alerts, 1 person\.$/,
  );
  expect(await find()).toMatchObject({ scopes: new Set(['stream', 'alerts']), users: new Set(['ada']) });
  await signIn('grant', subject, '--scope', 'stream');
  expect(await find()).toMatchObject({ scopes: new Set(['stream']), users: undefined });
  expect((await signIn('list'))[1]).toMatch(
    /^grant_\w+ {2}nurse@example\.test {2}stream {2}everyone .* active$/,
  );
  const { grants } = JSON.parse((await signIn('list', '--json')).join('')) as { grants: unknown[] };
  expect(grants).toMatchObject([
    { issuer, subject, users: null, granted_by: 'operator:local', revoked_at: null },
  ]);

  expect(await signIn('revoke', subject)).toEqual(['nurse@example.test can no longer sign in.']);
  expect(await find()).toBeUndefined();
  await expect(signIn('revoke', subject)).rejects.toThrow('This subject has no grant.');
  expect(await signIn('list')).toEqual(['Nobody may sign in at the OIDC provider.']);
  expect(await signIn('list', '--all')).toHaveLength(2);
});

test('says what is missing', async () => {
  await expect(signIn('grant', 'x')).rejects.toThrow('Give at least one --scope.');
  const without = signInCommand({ POSTGRES_ADMIN_URL: database.adminUrl }, silentLog, console.log);
  const asked = without.parseAsync(['grant', 'x', '--scope', 'stream'], { from: 'user' });
  await expect(asked).rejects.toThrow('No provider is named: set OIDC_ISSUER');
});

test('reads .local/env where no database is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-env-'));
  const file = join(folder, 'env');
  try {
    expect(withLocalEnv({ A: '1' }, file)).toEqual({ A: '1' });
    writeFileSync(file, '# made by npm start\nPOSTGRES_ADMIN_URL=postgres://local\nA=2\n');
    expect(withLocalEnv({ A: '1' }, file)).toEqual({ A: '1', POSTGRES_ADMIN_URL: 'postgres://local' });
    const named = { POSTGRES_ADMIN_URL: 'postgres://elsewhere' };
    expect(withLocalEnv(named, file)).toEqual(named);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
