import { randomBytes, randomUUID } from 'node:crypto';
import type { Query } from '@bridge/postgres';
import { createVault, parseKey, parseKeyList, type LiveSubject } from '@bridge/vault';
import type { Vendor } from '../src/vendors/vendor-definition.ts';

type Keys = { readonly LANGGRAPH_AES_KEY: string; readonly BRIDGE_INDEX_KEY: string };

/** The vault of a test's service, beside it. */
export function vaultOf(query: Query, keys: Keys) {
  return createVault({
    query,
    kek: parseKeyList(keys.LANGGRAPH_AES_KEY),
    indexKey: parseKey(keys.BRIDGE_INDEX_KEY),
    cacheSize: 100,
  });
}

/** A connection as a consent leaves it, but its vendor is not to be asked within the hour: its job stays. */
export async function connectTestPerson(
  query: Query,
  keys: Keys,
  { vendor, vendorUserId }: { readonly vendor: Vendor; readonly vendorUserId: string },
) {
  const vault = vaultOf(query, keys);
  const userId = `person-of-${vendorUserId}`;
  const person = (await vault.subjectsFor([userId])).get(userId) as LiveSubject;
  const connectionId = randomUUID();
  await query(
    `insert into ingest.connections (connection_id, subject_id, vendor, state, vendor_user, identity, not_before)
     values ($1, $2, $3, 'active', $4, $5, now() + interval '1 hour')`,
    [connectionId, person.subjectId, vendor, vault.userIndex(`${vendor}/${vendorUserId}`), randomBytes(40)],
  );
  return { connectionId, person };
}
