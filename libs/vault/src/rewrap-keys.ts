import { type KeyList } from './key-list.ts';
import { type Query } from './query.ts';
import { unwrapKey, wrapKey, type KeyOwner } from './wrap.ts';

const batchSize = 500;

export type RewrapCounts = {
  readonly rewrapped: number;
  /** Keys that no configured key-encryption key opens; they stay as they are. */
  readonly failed: number;
};

/**
 * Wraps every data key that an older key-encryption key wrapped with the current one. Order of a rotation: put the new
 * key first in the list, restart the services, run this, remove the old key. Needs the database owner's connection.
 */
export async function rewrapKeys(query: Query, keks: KeyList): Promise<RewrapCounts> {
  const subjects = await rewrapTable(query, keks, subjectKeys);
  const services = await rewrapTable(query, keks, serviceKeys);
  return {
    rewrapped: subjects.rewrapped + services.rewrapped,
    failed: subjects.failed + services.failed,
  };
}

type KeyTable = {
  readonly table: KeyOwner['table'];
  readonly id: string;
  readonly type: string;
  /** Sorts before every id. */
  readonly start: string;
};

const subjectKeys: KeyTable = {
  table: 'keys.subject_keys',
  id: 'subject_id',
  type: 'uuid',
  start: '00000000-0000-0000-0000-000000000000',
};
const serviceKeys: KeyTable = { table: 'keys.service_keys', id: 'name', type: 'text', start: '' };

async function rewrapTable(query: Query, keks: KeyList, { table, id, type, start }: KeyTable) {
  let rewrapped = 0;
  let failed = 0;
  for (let after = start; ;) {
    const rows = await query<{ owner: string; kek_id: string; wrapped: Buffer }>(
      `select ${id}::text as owner, kek_id, wrapped from ${table}
       where kek_id <> $1 and ${id} > $2::${type} order by ${id} limit ${String(batchSize)}`,
      [keks.current, after],
    );
    const last = rows.at(-1);
    if (last === undefined) return { rewrapped, failed };
    after = last.owner;
    const fresh = rows.flatMap((row) => rewrapRow(keks, table, row));
    failed += rows.length - fresh.length;
    const changed = await query(
      `update ${table} k set kek_id = $1, wrapped = f.wrapped
       from unnest($2::${type}[], $3::text[], $4::bytea[]) as f(owner, kek_id, wrapped)
       where k.${id} = f.owner and k.kek_id = f.kek_id
       returning 1`,
      [
        keks.current,
        fresh.map((row) => row.owner),
        fresh.map((row) => row.kekId),
        fresh.map((row) => row.wrapped),
      ],
    );
    rewrapped += changed.length;
  }
}

function rewrapRow(
  keks: KeyList,
  table: KeyOwner['table'],
  row: { owner: string; kek_id: string; wrapped: Buffer },
) {
  const owner = { table, owner: row.owner };
  try {
    const key = unwrapKey(keks, { kekId: row.kek_id, wrapped: row.wrapped }, owner);
    return [{ owner: row.owner, kekId: row.kek_id, wrapped: wrapKey(keks, key, owner).wrapped }];
  } catch {
    // Counted by the caller: one damaged row must not keep all others on the old key.
    return [];
  }
}
