import { CodedError } from '@bridge/core';
import { DataKey } from './data-key.ts';
import { type KeyList } from './key-list.ts';
import { type Query } from './query.ts';
import { serviceSubject } from './subject.ts';
import { unwrapKey, wrapKey } from './wrap.ts';

const owner = { table: 'keys.service_keys', owner: serviceSubject } as const;

/** The service key, made on the first start of the first service. */
export async function loadServiceKey(query: Query, keks: KeyList): Promise<DataKey> {
  const key = (await readKey(query, keks)) ?? (await makeKey(query, keks));
  if (key === undefined) {
    throw new CodedError('service_key_missing', 'permanent', 'keys.service_keys has no service key.');
  }
  return key;
}

async function readKey(query: Query, keks: KeyList): Promise<DataKey | undefined> {
  const [row] = await query<{ kek_id: string; wrapped: Buffer }>(
    'select kek_id, wrapped from keys.service_keys where name = $1',
    [serviceSubject],
  );
  return row && unwrapKey(keks, { kekId: row.kek_id, wrapped: row.wrapped }, owner);
}

async function makeKey(query: Query, keks: KeyList): Promise<DataKey | undefined> {
  const { kekId, wrapped } = wrapKey(keks, DataKey.random(), owner);
  await query(
    'insert into keys.service_keys (name, kek_id, wrapped) values ($1, $2, $3) on conflict (name) do nothing',
    [serviceSubject, kekId, wrapped],
  );
  // Another service may have been first: the stored key counts.
  return readKey(query, keks);
}
