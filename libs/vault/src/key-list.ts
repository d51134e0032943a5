import { CodedError } from '@bridge/core';
import { createHash } from 'node:crypto';
import { DataKey } from './data-key.ts';

/** Key-encryption keys, 32 bytes each. New wraps use `current`; the others only unwrap older ones. */
export type KeyList = {
  readonly current: string;
  readonly byId: ReadonlyMap<string, DataKey>;
};

/**
 * Reads `id:base64,id:base64,…`, current first. A bare key (base64 or hex) gets the first 8 hex digits of its SHA-256
 * as id. Throws `CodedError('bad_key_list')`, whose message never holds any part of a key.
 */
export function parseKeyList(text: string): KeyList {
  const byId = new Map<string, DataKey>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const { id, key } = parseEntry(entry, byId.size + 1);
    if (byId.has(id)) throw bad(`two keys have the id ${id}`);
    byId.set(id, new DataKey(key));
  }
  const [current] = byId.keys();
  if (current === undefined) throw bad('it is empty');
  return { current, byId };
}

/** One key of 32 bytes in base64, base64url or hex. Throws `CodedError('bad_key_list')`. */
export function parseKey(text: string): DataKey {
  return new DataKey(decodeKey(text.trim(), 'the key'));
}

function parseEntry(entry: string, position: number): { id: string; key: Buffer } {
  const colon = entry.indexOf(':');
  const name = `key ${String(position)}`;
  const key = decodeKey(entry.slice(colon + 1), name);
  if (colon === -1) return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
  const id = entry.slice(0, colon);
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(id))
    throw bad(`${name} has an id that is not 1 to 32 of A-Z a-z 0-9 _ -`);
  return { id, key };
}

function decodeKey(encoded: string, name: string): Buffer {
  const hex = /^[0-9a-fA-F]{64}$/.test(encoded);
  if (!hex && !/^[A-Za-z0-9+/_-]{43}=?$/.test(encoded)) throw bad(`${name} is not 32 bytes in base64 or hex`);
  const key = Buffer.from(encoded, hex ? 'hex' : 'base64');
  // Random bytes show about 30 distinct values of 32; fewer than 12 is a placeholder.
  if (new Set(key).size < 12) throw bad(`${name} is not random`);
  return key;
}

function bad(problem: string): CodedError {
  return new CodedError('bad_key_list', 'permanent', `Not a list of keys: ${problem}.`);
}
