import {
  createGrants,
  createKeyRing,
  createSignIn,
  type Grants,
  type KeyRing,
  type SignIn,
} from '@bridge/auth';
import { type Env, readConfig } from '@bridge/service-runtime';
import { createVault, parseKey, parseKeyList, type KeyList, type Query, type Vault } from '@bridge/vault';
import pg from 'pg';
import { z } from 'zod';

const config = z.object({
  /** Connection URL of the database's owner, since services may not write keys. */
  POSTGRES_ADMIN_URL: z.url(),
  /** Key-encryption keys, the current one first. */
  LANGGRAPH_AES_KEY: parsedBy(parseKeyList),
  BRIDGE_INDEX_KEY: parsedBy(parseKey),
});

export type KeyTools = {
  readonly adminUrl: string;
  readonly query: Query;
  readonly keks: KeyList;
  readonly vault: Vault;
  readonly keyRing: KeyRing;
  readonly grants: Grants;
  readonly signIn: SignIn;
};

/** Connects as the database's owner while `run` runs. */
export async function withKeyTools<T>(env: Env, run: (tools: KeyTools) => Promise<T>): Promise<T> {
  const { POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY, BRIDGE_INDEX_KEY } = readConfig(env, config);
  const client = new pg.Client({ connectionString: POSTGRES_ADMIN_URL, application_name: 'bridge-keys' });
  try {
    await client.connect();
  } catch (error) {
    throw new Error(unreachable(error), { cause: error });
  }
  try {
    const query: Query = async <Row>(text: string, params?: readonly unknown[]) =>
      (await client.query(text, params as unknown[])).rows as Row[];
    const vault = createVault({
      query,
      kek: LANGGRAPH_AES_KEY,
      indexKey: BRIDGE_INDEX_KEY,
      cacheSize: 1000,
    });
    const keyRing = createKeyRing({ query, vault });
    const grants = createGrants({ query, vault });
    const signIn = createSignIn({ query, vault });
    const adminUrl = POSTGRES_ADMIN_URL;
    return await run({ adminUrl, query, keks: LANGGRAPH_AES_KEY, vault, keyRing, grants, signIn });
  } finally {
    await client.end();
  }
}

/** Parses a variable. An error of `parse` becomes one of readConfig's problems. */
function parsedBy<T>(parse: (text: string) => T) {
  return z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is not valid' });
      return z.NEVER;
    }
  });
}

/** A refusal of the server says what is wrong; a network error alone does not say what to do. */
function unreachable(error: unknown): string {
  const { code = '', message } = error as Error & { readonly code?: string };
  if (/^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E')) return `POSTGRES_ADMIN_URL: ${message}.`;
  const cause = code === '' ? '' : ` (${code})`;
  return `The database of POSTGRES_ADMIN_URL cannot be reached${cause}. Run npm start, or correct the address.`;
}
