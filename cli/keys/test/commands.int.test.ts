import { createAuthenticator } from '@bridge/auth';
import { createTestDatabase, silentLog, type TestDatabase } from '@bridge/testing';
import { createVault, parseKey, parseKeyList } from '@bridge/vault';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keysCommand } from '../command.ts';

const oldKey = `old:${randomBytes(32).toString('base64')}`;
const newKey = `new:${randomBytes(32).toString('base64')}`;
const indexKey = randomBytes(32).toString('base64');

let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await database.close();
});

/** What `keys <args>` prints. */
async function keys(args: string[], kek = oldKey): Promise<string[]> {
  const lines: string[] = [];
  const env = {
    POSTGRES_ADMIN_URL: database.adminUrl,
    LANGGRAPH_AES_KEY: kek,
    BRIDGE_INDEX_KEY: indexKey,
  };
  await keysCommand(env, silentLog, (line) => lines.push(line)).parseAsync(args, { from: 'user' });
  return lines;
}

test('creates a key that works, lists it without the key, revokes it', async () => {
  const [line = ''] = await keys([
    'create',
    '--scope',
    'ingest',
    '--scope',
    'stream',
    '--user',
    'u1',
    '--label',
    'x',
  ]);
  const [keyId = '', key = ''] = line.split(/\s+/);
  const query = async <Row>(text: string, params?: readonly unknown[]) =>
    (await admin.query(text, params as unknown[])).rows as Row[];
  const vault = createVault({
    query,
    kek: parseKeyList(oldKey),
    indexKey: parseKey(indexKey),
    cacheSize: 10,
  });
  const authenticate = () => createAuthenticator({ query, vault, masterKey: 'm' })(`Bearer ${key}`);

  expect(await authenticate()).toMatchObject({ ok: true, principal: { keyId, users: new Set(['u1']) } });
  const listed = (await keys(['list'])).join('\n');
  expect(listed).toContain(`${keyId}  active  ingest,stream  1 persons  x`);
  expect(listed).not.toContain(key);
  expect(await keys(['revoke', keyId])).toEqual([`${keyId} is revoked`]);
  expect(await authenticate()).toMatchObject({ ok: false });
  await expect(keys(['revoke', keyId])).rejects.toThrow('no active key');
});

test("runs the guide's statements: encrypt_phi raises without the key, works through keys sql, survives rewrap", async () => {
  await admin.query(
    `INSERT INTO encryption_keys (key_id, encrypted_key)
     VALUES ('biometric_key_2025', encode(gen_random_bytes(32), 'base64'))`,
  );
  const statement = `SELECT encrypt_phi('test_biometric_data', 'biometric_key_2025') as sealed`;
  await expect(admin.query(statement)).rejects.toMatchObject({ code: 'BB010' });

  const [line = '{}'] = await keys(['sql', statement]);
  const { sealed } = JSON.parse(line) as { sealed: string };
  expect(sealed).toMatch(/^phi1:biometric_key_2025:[A-Za-z0-9+/=]+$/);
  expect(await keys(['rewrap'], `${newKey},${oldKey}`)).toEqual(['1 keys rewrapped']);

  const open = (value: string, key = 'biometric_key_2025') =>
    keys(['sql', `select decrypt_phi('${value}', '${key}') as plain`], newKey);
  expect(await open(sealed)).toEqual(['{"plain":"test_biometric_data"}']);
  const at = sealed.length - 12;
  const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
  await expect(open(changed)).rejects.toThrow();
  await expect(open(sealed, 'other')).rejects.toMatchObject({ code: 'BB012' });
  const logged = await admin.query(`select 1 from phi_access_log where access_type = 'SQL'`);
  expect(logged.rowCount).toBe(4);
});

test('prints a SET statement that works in any session of the owner', async () => {
  const [set = ''] = await keys(['sql'], newKey);
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await client.query(set);
  const { rows } = await client.query("select encrypt_phi('x', 'biometric_key_2025') as sealed");
  await client.end();
  expect(rows).toHaveLength(1);
});

test('names every variable that is missing or bad, without its value', async () => {
  const run = keysCommand({ LANGGRAPH_AES_KEY: 'short' }, silentLog, console.log).parseAsync(['list'], {
    from: 'user',
  });
  await expect(run).rejects.toThrow(/POSTGRES_ADMIN_URL(.|\n)*LANGGRAPH_AES_KEY(.|\n)*BRIDGE_INDEX_KEY/);
});
