import { createKeyRing, createSignIn } from '@bridge/auth';
import { connectPostgres } from '@bridge/postgres';
import { createVault, parseKey, parseKeyList } from '@bridge/vault';
import { Registry } from 'prom-client';
import type { Stack } from './start-stack.ts';

const feedLabel = 'demo feed of npm start';

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The key of the demo feed and a link to the dashboard. */
export type StackAccess = {
  /** An API key that may only send events and connect people. */
  readonly feedKey: string;
  /** Signs one browser in, once. */
  readonly signInUrl: string;
};

/** Creates a key for the demo feed, revokes that of the last start, and creates a one-time link to the dashboard. */
export async function createAccess({ urls, env }: Pick<Stack, 'urls' | 'env'>): Promise<StackAccess> {
  const postgres = connectPostgres(
    { url: urls.postgres, max: 1, applicationName: 'bridge-local' },
    { log: silent, metrics: new Registry() },
  );
  try {
    const query = postgres.query.bind(postgres);
    const vault = createVault({
      query,
      kek: parseKeyList(env.LANGGRAPH_AES_KEY ?? ''),
      indexKey: parseKey(env.BRIDGE_INDEX_KEY ?? ''),
      cacheSize: 1,
    });
    const keys = createKeyRing({ query, vault });
    const earlier = (await keys.listKeys()).filter(
      ({ label, revokedAt }) => label === feedLabel && !revokedAt,
    );
    for (const { keyId } of earlier) await keys.revokeKey(keyId);
    const { key } = await keys.createKey({ label: feedLabel, scopes: ['ingest', 'connections'] });
    const { token } = await createSignIn({ query, vault }).createSignInLink({
      keyId: 'operator',
      accessor: 'operator:local',
      scopes: new Set(['admin']),
      users: undefined,
    });
    return { feedKey: key, signInUrl: `${urls.edge}/#sign-in=${token}` };
  } finally {
    await postgres.close();
  }
}

// Failures are thrown, so the log would only repeat them.
function ignore(): void {
  return undefined;
}
