import type { BiometricEvent } from '@bridge/contracts';
import type { Postgres } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { withProfile } from '../../documents/domain/person-zone.ts';
import { lockPerson } from '../../documents/rows/person-lock.ts';
import { loadZone, writeZone } from '../../documents/rows/zone-rows.ts';

type Deps = {
  readonly transaction: Postgres['transaction'];
  readonly vault: Pick<Vault, 'subjectsFor'>;
};

export type KeepZone = (event: BiometricEvent) => Promise<void>;

/**
 * In: an event that is about to be accepted. If it is a profile with a time zone, the zone is committed for documents with a
 * day and no time that arrive later. Throws while PostgreSQL is down, so that nobody's accepted zone is forgotten.
 */
export function createKeepZone({ transaction, vault }: Deps): KeepZone {
  return async function keepZone({ user_id: userId, profile }) {
    if (profile?.time_zone === undefined) return;
    const person = (await vault.subjectsFor([userId])).get(userId);
    if (person === undefined || person.erased) return;
    await transaction(async ({ query, pipelineAndCommit }) => {
      await lockPerson(query, person.subjectId);
      const before = await loadZone(query, person);
      const zone = withProfile(before, profile);
      await pipelineAndCommit(zone === before ? [] : [writeZone(person, zone)]);
    });
  };
}
