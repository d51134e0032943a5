import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { ArrivedMessage } from '../../accept-batch.ts';
import { insertBodies, type BodyRow } from './body-rows.ts';

type Deps = {
  readonly query: Query;
  readonly vault: Pick<Vault, 'subjectsFor'>;
};

/** How many became rows; the others are of persons who are erased. */
export type Kept = { readonly kept: number; readonly erased: number };

/** Commits bodies, each sealed with its person's key, in one statement. Persons who were never seen take two more. */
export function createKeepBodies({ query, vault }: Deps) {
  return async function keepBodies(arrived: readonly ArrivedMessage[]): Promise<Kept> {
    const people = await vault.subjectsFor(new Set(arrived.map(({ key }) => key)));
    const rows: BodyRow[] = [];
    for (const { ceId: eventId, key, raw } of arrived) {
      const person = people.get(key);
      if (person?.erased === false) rows.push({ eventId, person, raw });
    }
    if (rows.length > 0) await insertBodies(query, rows);
    return { kept: rows.length, erased: arrived.length - rows.length };
  };
}
