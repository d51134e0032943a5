import { retryVerdict, type Log } from '@bridge/core';
import { relayRows, type BatchWriter } from '@bridge/delivery';
import type { Relay } from '@bridge/kafka';
import type { Postgres } from '@bridge/postgres';
import type { Sealing, Vault } from '@bridge/vault';
import { compose, decide, evolve, storeState, upgradeOf, type Decision } from '@bridge/mode-policy';
import { sealColumns, type DecisionStore, type ActiveRules } from '@bridge/decision-store';
import type { Announce } from './announce.ts';
import { bisect } from './bisect.ts';
import { tallyOf, type DecisionMetrics } from './decision-metrics.ts';
import { createDuePersons, type ClaimSelection } from './due-persons.ts';
import type { LoadStates } from './load-states.ts';
import type { DueAgain } from './make-due.ts';
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
 * worker holds are skipped. If that fails for good, the persons are decided in ever smaller groups, and a person who
 * cannot be decided alone is postponed, so that time passes for the others. Returns how many were decided.
 */
export function createDecideDue(deps: DecideDueDeps) {
  const { postgres, store, writer, cache, log } = deps;
  const due = createDuePersons(deps);
  /** Persons whose failure was logged already. */
  const reported = new Set<string>();

  async function decideTogether(until: number, wanted: ClaimSelection): Promise<number> {
    const active = deps.activeRules();
    const done = await postgres.transaction(async (tx) => {
      const people = await due.claim(tx.query, until, wanted);
      if (people.size === 0) return undefined;
      const states = await deps.loadStates(tx.query, people, true);
      const outcomes: Outcome[] = [];
      const changes: PersonChange[] = [];
      for (const [subjectId, before] of states) {
        const person = people.get(subjectId);
        if (!person) continue;
        const { rules } = active;
        const decisions: Decision[] = [];
        if (upgradeOf(before.state) !== undefined) {
          decisions.push(await upgradeState(tx.query, { person, state: before.state, due: until, rules }));
        }
        const command = { kind: 'tick', userId: person.userId, due: until } as const;
        decisions.push(...decide(evolve(before.state, decisions), command, rules));
        outcomes.push({ person, decisions, composed: decisions.map((one) => compose(one, rules)) });
        const after = evolve(before.state, decisions);
        changes.push({ person, before, after, json: storeState(after) });
      }
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
