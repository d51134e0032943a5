import { retryVerdict, type Log } from '@bridge/core';
import type { RuleSet } from '@bridge/mode-policy';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
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
  /** One call takes about so long at most, in milliseconds. Default 1,500. */
  readonly budgetMs?: number;
  /** Persons who are new are looked at within so long, in milliseconds. Default 600,000. */
  readonly newWithinMs?: number;
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
  const { now, log, budgetMs = 1_500, newWithinMs = 600_000 } = deps;
  const addNewPersons = createNewPersons(newWithinMs, now);

  /** Returns the error of a person who cannot be read. */
  async function visit(query: Query, subjectId: string): Promise<unknown> {
    try {
      // One at a time: a key that cannot be read concerns nobody else.
      const person = (await deps.vault.byId([subjectId])).get(subjectId);
      if (person === undefined || person.erased) {
        await forgetPerson(query, subjectId);
        return undefined;
      }
      const state = await loadState(query, person);
      await finishDays({ ...deps, query, rules: deps.rules() }, { person, state, now: now() });
      return undefined;
    } catch (error) {
      if (retryVerdict(error) !== 'permanent') throw error;
      await postpone(query, subjectId);
      return error;
    }
  }

  /** Until the time is over, or nobody is due. */
  async function visitDue(query: Query, until: number, failures: Failures): Promise<number> {
    for (let visited = 0; ;) {
      const due = await duePersons(query, now());
      for (const subjectId of due) {
        const error = await visit(query, subjectId);
        if (error !== undefined) failures.set(subjectId, error);
        visited += 1;
        if (now() >= until) return visited;
      }
      // A person with a long history is due again at once.
      if (due.length === 0) return visited;
    }
  }

  return async function maintainBlocks(query) {
    const until = now() + budgetMs;
    await addNewPersons(query);
    await noteLateDays(query);
    const failures: Failures = new Map();
    const visited = await visitDue(query, until, failures);
    // One line for all of them: they may have one cause.
    const [first] = failures;
    if (first !== undefined) {
      const [subjectId, error] = first;
      log.error('the history of persons cannot be read', {
        subject_id: subjectId,
        error,
        count: failures.size,
      });
    }
    return visited;
  };
}

type Failures = Map<string, unknown>;

const newPersonsAtOnce = 2_000;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Goes through all persons, some with each call, and begins anew after a while. */
function createNewPersons(withinMs: number, now: () => number): (query: Query) => Promise<void> {
  let after = firstId;
  let next = 0;
  return async function addNewPersons(query) {
    if (now() < next) return;
    const [part] = await query<{ persons: number; last: string | null }>(
      `with part as (
         select thread_id from neuros_checkpoints where thread_id > $1 order by thread_id limit $2),
       added as (
         insert into cognition.reading_progress (subject_id, due_at)
         select thread_id, to_timestamp(($4::float8 + random() * $3) / 1000) from part
             on conflict do nothing)
       select count(*)::int persons, max(thread_id::text) last from part`,
      [after, newPersonsAtOnce, withinMs, now()],
    );
    if (part?.last && part.persons === newPersonsAtOnce) {
      after = part.last;
      return;
    }
    after = firstId;
    next = now() + withinMs;
  };
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
