import { retryVerdict, type Log } from '@bridge/core';
import type { RuleSet } from '@bridge/mode-policy';
import type { Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import { finishDays } from './finish-days.ts';
import { noteLateDays } from './late-days.ts';
import { loadState } from './sealed-state.ts';
import type { Digesting } from './start-digesting.ts';

export type BlockDeps = {
  readonly vault: Pick<Vault, 'byId'>;
  readonly digesting: Pick<Digesting, 'digest'>;
  readonly rules: () => RuleSet;
  /** How long events are kept, in days. */
  readonly retentionDays: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** One call takes about so long at most, in milliseconds. Default 3,000. */
  readonly budgetMs?: number;
  /** Between two looks for persons who are new, in milliseconds. Default 600,000. */
  readonly newPersonsEveryMs?: number;
  readonly log: Log;
};

const personsAtOnce = 20;
/** A person who cannot be read is looked at again the next day. */
const afterFailure = `interval '1 day'`;

/**
 * Keeps the blocks of finished days: those that are over, those that got something later, and the history of everybody who has none
 * yet. The caller is the one elected worker; it calls every few seconds, with one connection. Returns how many persons it visited.
 */
export function createBlockMaintenance(deps: BlockDeps): (query: Query) => Promise<number> {
  const { now, log, budgetMs = 3_000, newPersonsEveryMs = 600_000 } = deps;
  let nextNewPersons = 0;

  async function visit(query: Query, person: LiveSubject): Promise<void> {
    try {
      const state = await loadState(query, person);
      await finishDays({ ...deps, query, rules: deps.rules() }, { person, state, now: now() });
    } catch (error) {
      if (retryVerdict(error) !== 'permanent') throw error;
      log.error('the history of a person cannot be read', { subject_id: person.subjectId, error });
      await postpone(query, person.subjectId);
    }
  }

  return async function maintainBlocks(query) {
    const started = now();
    if (started >= nextNewPersons) {
      await addNewPersons(query);
      nextNewPersons = started + newPersonsEveryMs;
    }
    await noteLateDays(query);
    let visited = 0;
    for (;;) {
      const due = await duePersons(query, now());
      const people = await deps.vault.byId(due);
      for (const subjectId of due) {
        const person = people.get(subjectId);
        if (person === undefined || person.erased) await forgetPerson(query, subjectId);
        else await visit(query, person);
        visited += 1;
        if (now() - started >= budgetMs) return visited;
      }
      if (due.length < personsAtOnce) return visited;
    }
  };
}

async function addNewPersons(query: Query): Promise<void> {
  await query(
    `insert into cognition.reading_progress (subject_id, due_at)
     select thread_id, now() from neuros_checkpoints c
      where not exists (select from cognition.reading_progress p where p.subject_id = c.thread_id)
         on conflict do nothing`,
  );
}

async function duePersons(query: Query, at: number): Promise<string[]> {
  const rows = await query<{ subjectId: string }>(
    `select subject_id "subjectId" from cognition.reading_progress
      where due_at <= to_timestamp($1::float8 / 1000) order by due_at limit $2`,
    [at, personsAtOnce],
  );
  return rows.map(({ subjectId }) => subjectId);
}

async function postpone(query: Query, subjectId: string): Promise<void> {
  await query(
    `update cognition.reading_progress set due_at = now() + ${afterFailure} where subject_id = $1`,
    [subjectId],
  );
}

/** Of an erased person nothing can be read any more. */
async function forgetPerson(query: Query, subjectId: string): Promise<void> {
  for (const table of ['public.reading_blocks', 'cognition.late_days', 'cognition.reading_progress'])
    await query(`delete from ${table} where subject_id = $1`, [subjectId]);
}
