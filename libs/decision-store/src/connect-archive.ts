import { connectPostgres, type Query } from '@bridge/postgres';
import { createLogger, parsed, readConfig, secret, type Env } from '@bridge/service-runtime';
import { createVault, parseKey, parseKeyList, type Vault } from '@bridge/vault';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { createKeptRules, type KeptRules } from './rule-sets.ts';

const settings = z.object({
  POSTGRES_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  LANGGRAPH_AES_KEY: secret().transform(parsed(parseKeyList)),
  BRIDGE_INDEX_KEY: secret().transform(parsed(parseKey)),
});

/** Connections of a tool that reads stored decisions. */
export type Archive = {
  readonly query: Query;
  readonly vault: Vault;
  readonly kept: KeptRules;
  readonly close: () => void | Promise<void>;
};

/**
 * Connects to PostgreSQL and the vault; no broker, no cache. `POSTGRES_ADMIN_URL`, which `npm start` writes into
 * `.local/env`, serves as well as `POSTGRES_URL`.
 */
export function connectArchive(env: Env): Archive {
  const read = readConfig(
    { ...env, POSTGRES_URL: env['POSTGRES_URL'] ?? env['POSTGRES_ADMIN_URL'] },
    settings,
  );
  const log = createLogger({ service: 'archive', level: 'warn' });
  const postgres = connectPostgres(
    { url: read.POSTGRES_URL, max: 2, applicationName: 'archive', statementTimeoutMs: 120_000 },
    { log, metrics: new Registry() },
  );
  const { query } = postgres;
  const keys = { kek: read.LANGGRAPH_AES_KEY, indexKey: read.BRIDGE_INDEX_KEY };
  const vault = createVault({ query, ...keys, cacheSize: 1_000 });
  return { query, vault, kept: createKeptRules(query), close: () => postgres.close() };
}
