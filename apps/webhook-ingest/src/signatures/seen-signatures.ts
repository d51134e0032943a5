import { byteaArray, type Query } from '@bridge/postgres';
import type { Redis } from '@bridge/redis';
import type { Policies } from '@bridge/resilience';

export type SeenSignatures = {
  /** Which of these belong to deliveries that are durable, as hex. */
  known(signatures: readonly Buffer[]): Promise<ReadonlySet<string>>;
  /** Call it when their deliveries are durable, never before: what is known is not stored again. */
  remember(signatures: readonly Buffer[]): Promise<void>;
};

type Deps = {
  readonly redis: Redis;
  readonly query: Query;
  readonly policies: Policies;
  /** How long a signature is remembered, in milliseconds. */
  readonly keepMs: number;
};

/**
 * Signatures of the last minutes, in Redis; in `ingest.seen_signatures` while Redis cannot be asked. What only the other
 * one knows is stored again, which its notice's id makes harmless.
 */
export function createSeenSignatures({ redis, query, policies, keepMs }: Deps): SeenSignatures {
  const askRedis = policies.call('seen-signatures', {
    timeoutMs: 500,
    breaker: { failures: 2, openMs: 2_000 },
  });

  async function orElse<T>(inRedis: () => Promise<T>, inPostgres: () => Promise<T>): Promise<T> {
    try {
      return await askRedis(inRedis);
    } catch {
      // Its component and its breaker report it.
      return inPostgres();
    }
  }

  return {
    known: (signatures) =>
      orElse(
        async () => {
          const found = await redis.run((client) => client.mget(signatures.map(keyOf)));
          return new Set(signatures.filter((_, nr) => found[nr] !== null).map(hex));
        },
        async () => {
          const rows = await query<{ hash: Buffer }>(
            `select signature_hash hash from ingest.seen_signatures
              where signature_hash = any($1::bytea[]) and expires_at > now()`,
            [byteaArray(signatures)],
          );
          return new Set(rows.map(({ hash }) => hex(hash)));
        },
      ),
    remember: (signatures) =>
      orElse(
        () =>
          redis.run(async (client) => {
            const sets = client.pipeline();
            for (const one of signatures) sets.set(keyOf(one), '1', 'PX', keepMs, 'NX');
            const failed = (await sets.exec())?.find(([error]) => error !== null)?.[0];
            if (failed) throw failed;
          }),
        async () => {
          await query(
            `insert into ingest.seen_signatures (signature_hash, expires_at)
             select hash, now() + $2 * interval '1 millisecond' from unnest($1::bytea[]) s(hash) order by hash
             on conflict do nothing`,
            [byteaArray(signatures), keepMs],
          );
        },
      ),
  };
}

const hex = (bytes: Buffer) => bytes.toString('hex');
const keyOf = (signature: Buffer) => `ingest:signature:${signature.toString('base64url')}`;
