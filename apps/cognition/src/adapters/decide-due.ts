import { retryVerdict, type Log } from '@bridge/core';
import { relayRows, type BatchWriter } from '@bridge/delivery';
import type { Relay } from '@bridge/kafka';
import type { Postgres, Query } from '@bridge/postgres';
import type { LiveSubject, Sealing, Vault } from '@bridge/vault';
import { compose, decide, evolve, storeState, upgradeOf, type Decision } from '@bridge/mode-policy';
import { sealColumns, type DecisionStore, type ActiveRules } from '@bridge/decision-store';
import type { Announce } from './announce.ts';
import { bisect } from './bisect.ts';
import { tallyOf, type DecisionMetrics } from './decision-metrics.ts';
import { createDuePersons, type ClaimSelection } from './due-persons.ts';
import type { LoadStates } from './load-states.ts';
import type { DueAgain } from './make-due.ts';
import type { PersonsInHand, TickHold } from './persons-in-hand.ts';
import { stageRows, type Outcome, type PersonChange } from './stage-rows.ts';
import type { StateCache } from './state-cache.ts';
import { upgradeState } from './upgrade-states.ts';

export type DecideDueDeps = {
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly store: DecisionStore;
  readonly writer: BatchWriter;
  readonly cache: StateCache;
  readonly loadStates: LoadStates;
  readonly activeRules: () => ActiveRules;
  readonly announce: Announce;
  readonly dueAgain: DueAgain;
  readonly inHand: Pick<PersonsInHand, 'inBatches' | 'takeForTicks'>;
  readonly sealing: Pick<Sealing, 'sealAll'>;
  readonly relay: Pick<Relay, 'offer'>;
  readonly metrics: Pick<DecisionMetrics, 'decided' | 'postponed'>;
  readonly log: Log;
};

const maxReported = 10_000;
/** A person who cannot be decided is tried again after this long, or decided at the next event. */
const postponedMs = 10 * 60_000;

/**
 * Claims persons that are due, applies their ticks and writes them like a batch without a position. Rows that another
 * worker holds are skipped, and persons of a batch of this one wait for the next look: the batch applies their ticks. If that fails for good, the persons are decided in ever smaller groups, and a person who
 * cannot be decided alone is postponed, so that time passes for the others. Returns how many were decided.
 */
export function createDecideDue(deps: DecideDueDeps) {
  const { postgres, store, writer, cache, log } = deps;
  const due = createDuePersons(deps);
  /** Persons whose failure was logged already. */
  const reported = new Set<string>();

  async function decideTogether(until: number, wanted: ClaimSelection): Promise<number> {
    const active = deps.activeRules();
    let hold: TickHold | undefined;
    try {
      const done = await postgres.transaction(async (tx) => {
        const claim = { until, wanted, except: deps.inHand.inBatches() };
        const claimed = await due.claim(tx.query, claim);
        hold = deps.inHand.takeForTicks(claimed.keys());
        const people = new Map([...claimed].filter(([subjectId]) => hold?.subjectIds.has(subjectId)));
        if (people.size === 0) return undefined;
        const { outcomes, changes } = await decideTicks(tx.query, people, until, active);
        const { rows, announcements } = stageRows(outcomes, changes, active, deps.announce);
        const statements = store.statementsOf(rows, await sealColumns(deps.sealing, rows), true);
        const entries = announcements.map(({ entry }) => entry);
        const receipt = await writer.write(tx, writer.compose(statements, entries), []);
        return { outcomes, changes, announcements, ...receipt };
      });
      if (!done) return 0;
      for (const { person } of done.changes) cache.drop(person.subjectId);
      deps.dueAgain.stored(
        active,
        done.changes.map(({ person }) => person.subjectId),
      );
      deps.relay.offer(relayRows(done.announcements, done.outboxIds), done.blocked);
      deps.metrics.decided(tallyOf(done.outcomes.flatMap(({ decisions }) => decisions)));
      return done.changes.length;
    } finally {
      // Not before the cache has forgotten them: the next batch reads them anew.
      hold?.release();
    }
  }

  /** Lets time pass for persons whose rows are locked. */
  async function decideTicks(
    query: Query,
    people: ReadonlyMap<string, LiveSubject>,
    until: number,
    { rules }: ActiveRules,
  ): Promise<{ outcomes: Outcome[]; changes: PersonChange[] }> {
    const states = await deps.loadStates(query, people, true);
    const outcomes: Outcome[] = [];
    const changes: PersonChange[] = [];
    for (const [subjectId, before] of states) {
      const person = people.get(subjectId);
      if (!person) continue;
      const decisions: Decision[] = [];
      if (upgradeOf(before.state) !== undefined) {
        decisions.push(await upgradeState(query, { person, state: before.state, due: until, rules }));
      }
      const command = { kind: 'tick', userId: person.userId, due: until } as const;
      decisions.push(...decide(evolve(before.state, decisions), command, rules));
      outcomes.push({ person, decisions, composed: decisions.map((one) => compose(one, rules)) });
      const after = evolve(before.state, decisions);
      changes.push({ person, before, after, json: storeState(after) });
    }
    return { outcomes, changes };
  }

  async function postpone(subjectId: string, until: number, error: unknown): Promise<void> {
    await due.postpone(subjectId, until, until + postponedMs);
    deps.metrics.postponed();
    if (reported.has(subjectId)) return;
    if (reported.size >= maxReported) reported.clear();
    reported.add(subjectId);
    log.error('a due person cannot be decided and is postponed', { subject_id: subjectId, error });
  }

  return async function decideDue(until: number): Promise<number> {
    const claimed: string[] = [];
    await deps.dueAgain.flush(postgres.query, until);
    try {
      return await decideTogether(until, { onClaim: (subjectIds) => claimed.push(...subjectIds) });
    } catch (error) {
      // Away servers and lost races are nobody's fault: nothing was written, and the next look tries again.
      if (retryVerdict(error) !== 'permanent' || claimed.length === 0) throw error;
      return bisect(claimed, error, {
        work: (only) => decideTogether(until, { only }),
        giveUp: (subjectId, reason) => postpone(subjectId, until, reason),
      });
    }
  };
}
