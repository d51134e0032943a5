import type { ActiveRules } from '@bridge/decision-store';
import type { Query } from '@bridge/postgres';

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

/**
 * Other thresholds change when something is due. Whoever has a due time is looked at within a minute; a person without one
 * has nothing that time would change, under any thresholds.
 */
export async function makeDueAgain(query: Query): Promise<void> {
  await query(
    `update neuros_checkpoints set next_due = least(next_due, now() + random() * interval '30 s')
      where next_due is not null`,
  );
}
