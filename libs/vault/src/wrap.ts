import { CodedError } from '@bridge/core';
import { DataKey } from './data-key.ts';
import { type KeyList } from './key-list.ts';
import { sealWith, unsealWith } from './seal.ts';

/** A data key as stored: sealed with the key-encryption key `kekId` and bound to its owner. */
export type WrappedKey = { readonly kekId: string; readonly wrapped: Buffer };

/** Whose key: `keys.subject_keys` by subject id, or `keys.service_keys` by name. */
export type KeyOwner = { readonly table: 'keys.subject_keys' | 'keys.service_keys'; readonly owner: string };

export function wrapKey(keks: KeyList, key: DataKey, owner: KeyOwner): WrappedKey {
  const kekId = keks.current;
  return { kekId, wrapped: sealWith(findKek(keks, kekId), key.export(), placeOf(owner)) };
}

/** Throws `CodedError`: `kek_unknown`, or `sealed_value_rejected` if the row was changed or belongs to another. */
export function unwrapKey(keks: KeyList, { kekId, wrapped }: WrappedKey, owner: KeyOwner): DataKey {
  return new DataKey(unsealWith(findKek(keks, kekId), wrapped, placeOf(owner)));
}

function findKek(keks: KeyList, id: string): DataKey {
  const kek = keks.byId.get(id);
  if (kek === undefined) {
    throw new CodedError('kek_unknown', 'permanent', `The key-encryption key ${id} is not configured.`);
  }
  return kek;
}

function placeOf({ table, owner }: KeyOwner) {
  return { table, column: 'wrapped', row: owner, subject: owner };
}
