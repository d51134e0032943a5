import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { insertBodies, type BodyRow } from '../../documents/rows/body-rows.ts';

/** The body that became an event, as it came. */
export type RawBody = {
  /** 32 hex digits. */
  readonly eventId: string;
  readonly userId: string;
  readonly raw: Buffer;
};

type Deps = {
  readonly query: Query;
  readonly vault: Pick<Vault, 'subjectsFor'>;
};

/** How many were stored; the others belong to erased persons. */
export type KeepResult = { readonly kept: number; readonly erased: number };

/** Commits bodies, each sealed with its person's key, in one statement. New persons cost two more statements. */
export function createKeepBodies({ query, vault }: Deps) {
  return async function keepBodies(bodies: readonly RawBody[]): Promise<KeepResult> {
    const people = await vault.subjectsFor(new Set(bodies.map(({ userId }) => userId)));
    const rows: BodyRow[] = [];
    for (const { eventId, userId, raw } of bodies) {
      const person = people.get(userId);
      if (person?.erased === false) rows.push({ eventId, person, raw });
    }
    if (rows.length > 0) await insertBodies(query, rows);
    return { kept: rows.length, erased: bodies.length - rows.length };
  };
}
