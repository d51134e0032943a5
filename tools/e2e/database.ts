import { connectPostgres } from '@bridge/postgres';
import { silentLog } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, type Vault } from '@bridge/vault';
import { Registry } from 'prom-client';
import { required } from './system.ts';

export type Transition = {
  readonly seq: number;
  readonly from_mode: string | null;
  readonly to_mode: string;
};

/** The database behind the services, looked at as an operator would. */
export type Database = AsyncDisposable & {
  readonly vault: Vault;
  readonly query: <Row>(text: string, params?: readonly unknown[]) => Promise<Row[]>;
  /** A person's rows in `cognitive_mode_transitions`, in order. */
  readonly transitionsOf: (userId: string) => Promise<Transition[]>;
  /** Counts a person's rows in `biometric_events`. */
  readonly eventCountOf: (userId: string) => Promise<number>;
};

export function connectDatabase(): Database {
  const postgres = connectPostgres(
    { url: required('POSTGRES_ADMIN_URL'), max: 2, applicationName: 'bridge-e2e' },
    { log: silentLog, metrics: new Registry() },
  );
  const query = postgres.query.bind(postgres);
  const vault = createVault({
    query,
    kek: parseKeyList(required('LANGGRAPH_AES_KEY')),
    indexKey: parseKey(required('BRIDGE_INDEX_KEY')),
    cacheSize: 100,
  });
  const subjectOf = async (userId: string) => (await vault.find([userId])).get(userId)?.subjectId ?? null;
  return {
    vault,
    query,
    transitionsOf: async (userId) =>
      query<Transition>(
        `select seq::int, from_mode, to_mode from cognitive_mode_transitions where subject_id = $1 order by seq`,
        [await subjectOf(userId)],
      ),
    eventCountOf: async (userId) => {
      const rows = await query<{ count: number }>(
        'select count(*)::int as count from biometric_events where subject_id = $1',
        [await subjectOf(userId)],
      );
      return rows[0]?.count ?? 0;
    },
    [Symbol.asyncDispose]: async () => {
      await postgres.close();
    },
  };
}
