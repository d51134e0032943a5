import { uuidArray, type Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';

/** Whom to claim: those who are due first, whose ids `onClaim` gets before anything of them is read; or some of these persons. */
export type ClaimSelection =
  | { readonly only?: undefined; readonly onClaim: (subjectIds: readonly string[]) => void }
  | { readonly only: readonly string[]; readonly onClaim?: undefined };

type Claim = {
  /** The time up to which persons are due, in milliseconds since 1970. */
  readonly until: number;
  readonly wanted: ClaimSelection;
  /** Persons that are left alone. */
  readonly except: readonly string[];
};

const personsAtOnce = 200;

/** Persons whose state changes by itself, in `neuros_checkpoints`. Times are milliseconds since 1970. */
export function createDuePersons({ vault, postgres }: DuePersonsDeps) {
  return {
    /** Locks the rows of some persons that are due. An erased person has no more time to pass. */
    async claim(
      query: Query,
      { until, wanted: { only, onClaim }, except }: Claim,
    ): Promise<Map<string, LiveSubject>> {
      const rows = await query<{ subjectId: string }>(
        `select thread_id "subjectId" from neuros_checkpoints
          where thread_id in (select thread_id from neuros_checkpoints
                               where next_due <= to_timestamp($1 / 1000.0)
                                 and ($3::uuid[] is null or thread_id = any($3))
                                 and thread_id <> all($4::uuid[])
                               order by next_due limit $2)
          order by thread_id for no key update skip locked`,
        [until, personsAtOnce, only ?? null, uuidArray(except)],
      );
      onClaim?.(rows.map(({ subjectId }) => subjectId));
      const found = await vault.byId(rows.map(({ subjectId }) => subjectId));
      const living = new Map<string, LiveSubject>();
      for (const person of found.values()) if (!person.erased) living.set(person.subjectId, person);
      const erased = rows.flatMap(({ subjectId }) => (living.has(subjectId) ? [] : [subjectId]));
      if (erased.length > 0) {
        await query('update neuros_checkpoints set next_due = null where thread_id = any($1::uuid[])', [
          erased,
        ]);
      }
      return living;
    },
    /** Looks at a person that is due again only later, unless an event decides it before. */
    async postpone(subjectId: string, until: number, again: number): Promise<void> {
      await postgres.query(
        `update neuros_checkpoints set next_due = to_timestamp($3 / 1000.0)
          where thread_id = $1 and next_due <= to_timestamp($2 / 1000.0)`,
        [subjectId, until, again],
      );
    },
  };
}

export type DuePersonsDeps = {
  readonly vault: Pick<Vault, 'byId'>;
  readonly postgres: { readonly query: Query };
};
