import { byteaArray, type Bytes } from './binary-array.ts';
import type { Query, Statement } from './transaction.ts';

export type EventKey = { readonly key: Bytes; readonly contentHash: Bytes };

export type EventKeys = {
  /** Which of these keys are known, with the hash of the content that came under them. Both in hex. */
  known(query: Query, keys: readonly Bytes[]): Promise<Map<string, string>>;
  /** Adds all, or fails with a unique violation when another worker was first. Sorted, so that two never deadlock. */
  addStatement(keys: readonly EventKey[]): Statement;
  /**
   * Adds those that are new and returns them by hex; waits for a worker that is adding the same key right now.
   * For the attempt that holds locks and therefore cannot lose.
   */
  claim(query: Query, keys: readonly EventKey[]): Promise<Set<string>>;
};

/** Event keys of one service, in `<schema>.event_keys`. They live as long as the events they stand for. */
export function createEventKeys(schema: string): EventKeys {
  const table = `${schema}.event_keys`;
  const insert = `insert into ${table} (key, content_hash)
                  select key, content_hash from unnest($1::bytea[], $2::bytea[]) as k(key, content_hash)`;
  // One probe per key, in the one partition that can hold it. `key = any($1)` would look for every key in all sixteen and
  // take longer to plan than to run: six times as much work for a thousand keys.
  const lookUp = `select e.key, e.content_hash "contentHash"
                    from unnest($1::bytea[]) as k(key)
                   cross join lateral (select key, content_hash from ${table} where key = k.key limit 1) as e`;
  return {
    known: async (query, keys) => {
      const rows = await query<{ key: Buffer; contentHash: Buffer }>(lookUp, [byteaArray(keys)]);
      return new Map(rows.map((row) => [row.key.toString('hex'), row.contentHash.toString('hex')]));
    },
    addStatement: (keys) => ({ name: `add-keys-${schema}`, text: insert, values: columns(keys) }),
    claim: async (query, keys) => {
      const rows = await query<{ key: Buffer }>(
        `${insert} on conflict (key) do nothing returning key`,
        columns(keys),
      );
      return new Set(rows.map((row) => row.key.toString('hex')));
    },
  };
}

function columns(keys: readonly EventKey[]): Buffer[] {
  const sorted = keys.toSorted((a, b) => compare(a.key, b.key));
  return [byteaArray(sorted.map(({ key }) => key)), byteaArray(sorted.map(({ contentHash }) => contentHash))];
}

/** Hex digits in lower case are in the order of their bytes. */
function compare(a: Bytes, b: Bytes): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(bufferOf(a), bufferOf(b));
}

const bufferOf = (bytes: Bytes): Buffer => (typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : bytes);
