import type { Relay } from '@bridge/kafka';
import type { Outbox, Postgres, Tx } from '@bridge/postgres';
import type { LiveSubject, Sealing, Vault } from '@bridge/vault';
import { decide, evolve } from '../domain/decide.ts';
import type { Announce } from './announce.ts';
import { relayRows } from './announced-rows.ts';
import { tallyOf, type createDecisionMetrics } from './decision-metrics.ts';
import type { DecisionStore } from './decision-store.ts';
import type { LoadStates } from './load-states.ts';
import type { ActiveRules } from './rule-sets.ts';
import { sealColumns } from './sealed-rows.ts';
import { stageRows, type Outcome, type PersonChange } from './stage-rows.ts';
import type { StateCache } from './state-cache.ts';

export type TickSessionDeps = {
  readonly postgres: Postgres;
  readonly outbox: Outbox;
  readonly vault: Vault;
  readonly store: DecisionStore;
  readonly cache: StateCache;
  readonly loadStates: LoadStates;
  readonly activeRules: () => ActiveRules;
  readonly announce: Announce;
  readonly sealing: Pick<Sealing, 'sealAll'>;
  readonly relay: Pick<Relay, 'offer'>;
  readonly metrics: Pick<ReturnType<typeof createDecisionMetrics>, 'decided'>;
};

const personsAtOnce = 200;

/**
 * Claims persons that are due, applies their ticks and writes them like a batch without a position. Rows that another
 * worker holds are passed over.
 */
export function createDecideDue(deps: TickSessionDeps) {
  const { postgres, store, vault, cache } = deps;

  return async function decideDue(until: number): Promise<number> {
    const active = deps.activeRules();
    const done = await postgres.transaction(async (tx: Tx) => {
      const people = await claimDue(tx, vault, until);
      if (people.size === 0) return undefined;
      const states = await deps.loadStates(tx.query, people, true);
      const outcomes: Outcome[] = [];
      const changes: PersonChange[] = [];
      for (const [subjectId, before] of states) {
        const person = people.get(subjectId);
        if (!person) continue;
        const command = { kind: 'tick', userId: person.userId, due: until } as const;
        const decisions = decide(before.state, command, active.rules);
        outcomes.push({ person, decisions });
        const after = evolve(before.state, decisions);
        changes.push({ person, before, after, json: JSON.stringify(after) });
      }
      const { rows, announcements } = stageRows(outcomes, changes, active, deps.announce);
      const outbox = announcements.map(({ entry }) => entry);
      const batch = store.statementsOf({ ...rows, outbox }, await sealColumns(deps.sealing, rows), true);
      const written = await store.write(tx, batch, []);
      return { outcomes, changes, announcements, ...written };
    });
    if (!done) return 0;
    for (const { person } of done.changes) cache.drop(person.subjectId);
    deps.relay.offer(relayRows(done.announcements, done.outboxIds), done.blocked);
    deps.metrics.decided(tallyOf(done.outcomes.flatMap(({ decisions }) => decisions)));
    return done.changes.length;
  };
}

/** Locks the rows of some persons that are due. An erased person has no more time to pass. */
async function claimDue(tx: Tx, vault: Vault, until: number): Promise<Map<string, LiveSubject>> {
  const rows = await tx.query<{ subjectId: string }>(
    `select thread_id "subjectId" from neuros_checkpoints
      where thread_id in (select thread_id from neuros_checkpoints where next_due <= to_timestamp($1 / 1000.0)
                           order by next_due limit $2)
      order by thread_id for no key update skip locked`,
    [until, personsAtOnce],
  );
  const found = await vault.byId(rows.map(({ subjectId }) => subjectId));
  const living = new Map<string, LiveSubject>();
  for (const person of found.values()) if (!person.erased) living.set(person.subjectId, person);
  const erased = rows.flatMap(({ subjectId }) => (living.has(subjectId) ? [] : [subjectId]));
  if (erased.length > 0) {
    await tx.query('update neuros_checkpoints set next_due = null where thread_id = any($1::uuid[])', [
      erased,
    ]);
  }
  return living;
}
