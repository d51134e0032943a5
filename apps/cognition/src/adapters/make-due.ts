import type { ActiveRules } from '@bridge/decision-store';
import { uuidArray, type Query } from '@bridge/postgres';

/**
 * Persons whose state is of an older policy are looked at within an hour of the start: their first decision reads their
 * daily values again. Spread, because each reads weeks of events.
 */
export async function makeOlderPolicyDue(query: Query, { rules }: ActiveRules): Promise<void> {
  await query(
    `update neuros_checkpoints
        set next_due = least(coalesce(next_due, 'infinity'), now() + random() * interval '55 min')
      where policy_version < $1`,
    [rules.policyVersion],
  );
}

export type DueAgain = {
  /** These persons' due times were stored, computed by these rules. */
  readonly stored: (by: ActiveRules, subjectIds: Iterable<string>) => void;
  /** Makes everybody due whose due time may be that of other rules. Throws where the database does; the next call goes on. */
  readonly flush: (query: Query, until: number) => Promise<void>;
};

/**
 * Other thresholds change when something is due. After a change of the rules, and once after the start, whoever has a due
 * time is looked at within half a minute, and so is whoever was stored by a batch that had begun under the rules before.
 * A person without a due time has nothing that time would change, under any thresholds.
 */
export function createDueAgain(activeRules: () => ActiveRules): DueAgain {
  /** `rule_sets.nr` of the rules by which everybody was made due. */
  let flushed: number | undefined;
  const outdated = new Set<string>();
  return {
    stored: (by, subjectIds) => {
      if (by.nr === activeRules().nr) return;
      for (const subjectId of subjectIds) outdated.add(subjectId);
    },
    flush: async (query, until) => {
      const { nr, rules } = activeRules();
      if (nr !== flushed) await makeEverybodyDue(query, until, rules.policyVersion);
      flushed = nr;
      if (outdated.size === 0) return;
      const some = [...outdated];
      await query(
        `update neuros_checkpoints set next_due = least(next_due, to_timestamp($2 / 1000.0))
          where thread_id in (select thread_id from neuros_checkpoints
                               where thread_id = any($1::uuid[]) and next_due is not null
                               order by thread_id for no key update)`,
        [uuidArray(some), until],
      );
      for (const subjectId of some) outdated.delete(subjectId);
    },
  };
}

const personsAtOnce = 5_000;

/** Some at a time, and locked in the order that batches lock them in: nobody waits for long, and nobody for each other. */
async function makeEverybodyDue(query: Query, until: number, policyVersion: number): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const [moved] = await query<{ count: number; last: string | null }>(
      `with part as (
         select thread_id from neuros_checkpoints
          where thread_id > $1 and next_due is not null and policy_version >= $3
          order by thread_id limit $4 for no key update),
       moved as (
         update neuros_checkpoints c
            set next_due = least(c.next_due, to_timestamp($2 / 1000.0) + random() * interval '30 s')
           from part where c.thread_id = part.thread_id
         returning c.thread_id)
       select count(*)::int count, max(thread_id::text) last from moved`,
      [after, until, policyVersion, personsAtOnce],
    );
    if (!moved?.last || moved.count < personsAtOnce) return;
    after = moved.last;
  }
}
