// In: persons whose notifications are due. Out: deliveries, the links in them, and when to look at each person again.
// Holds: a person is planned by one process at a time; deliveries and the ledger that says so are one transaction, so a
// restart neither loses nor repeats a step. Operators hear of an unanswered alert before the plan that says so is written.
// A person whose rows cannot be written keeps nobody else waiting.
import type { Query, Statement, Transaction } from '@bridge/postgres';
import { firingSinceOf, type Episode } from '../episodes/domain/episode.ts';
import type { ComposedDelivery, ComposeContext } from './domain/compose-delivery.ts';
import { createCulpritSearch, type CulpritSearch } from './find-culprits.ts';
import type { PlanConfiguration } from './plan-configuration.ts';
import { planGroup, postponed } from './plan-group.ts';
import type { DueGroups, GroupRow } from './rows/group-rows.ts';

export type PlanDueGroupsDeps = {
  readonly transaction: Transaction;
  readonly groups: DueGroups;
  /** As the database has it at the time of the call. */
  readonly configuration: () => Promise<PlanConfiguration>;
  readonly compose: Omit<ComposeContext, 'now'>;
  readonly writeDeliveries: (deliveries: readonly ComposedDelivery[], at: number) => readonly Statement[];
  /** Alerts that nobody acknowledged in time: operators hear of it. Harmless when it is repeated. */
  readonly reportUnanswered: (episodes: readonly Episode[]) => Promise<void>;
  readonly now: () => number;
  /** After a commit that added deliveries. */
  readonly deliverSoon: () => void;
  readonly observe: (plan: { readonly persons: number; readonly deliveries: number }) => void;
  /** Nobody else waits for a person who cannot be planned. */
  readonly reportFailure: (error: unknown) => void;
};

/** How many persons one transaction plans. */
const personsAtOnce = 200;

/** Plans persons who are due; returns how many there were, at most `personsAtOnce`. */
export function createPlanDueGroups(deps: PlanDueGroupsDeps): () => Promise<number> {
  /** Unanswered firings of which operators have heard, until the plan that says so is written. */
  const reported = new Set<string>();
  const culprits = createCulpritSearch(personsAtOnce);

  /** Plans and writes those who are due; operators must hear of `unreported`. */
  async function planOnce() {
    let claimed: readonly GroupRow[] = [];
    let writing: readonly string[] = [];
    try {
      const unreported = await deps.transaction(async (tx) => {
        const now = deps.now();
        claimed = await deps.groups.claim(tx.query, { now, limit: culprits.limit() });
        if (claimed.length === 0) return [];
        const planned = await planClaimed(deps, tx.query, { claimed, culprits, now });
        // The others stay due, and are planned again when operators have heard: see below.
        const written = planned.filter(({ unanswered }) =>
          unanswered.every((one) => reported.has(firingOf(one))),
        );
        const deliveries = written.flatMap((group) => group.deliveries);
        writing = written.map(({ save }) => save.subjectId);
        await tx.pipelineAndCommit([
          ...(deliveries.length > 0 ? deps.writeDeliveries(deliveries, now) : []),
          deps.groups.save(written.map(({ save }) => save)),
        ]);
        for (const { unanswered } of written) for (const one of unanswered) reported.delete(firingOf(one));
        deps.observe({ persons: written.length, deliveries: deliveries.length });
        if (deliveries.length > 0) deps.deliverSoon();
        return planned.filter((group) => !written.includes(group)).flatMap(({ unanswered }) => unanswered);
      });
      culprits.succeeded(writing);
      return { count: claimed.length, unreported };
    } catch (error) {
      const verdict = culprits.failed(error, writing);
      if (verdict === 'unrelated') throw error;
      if (verdict === 'found') deps.reportFailure(error);
      return { count: claimed.length, unreported: [] };
    }
  }

  return async function planDueGroups() {
    const { count, unreported } = await planOnce();
    if (unreported.length > 0) {
      // Not inside the transaction: it may hold the operators' own group, for which this would wait without end.
      await deps.reportUnanswered(unreported);
      for (const one of unreported) reported.add(firingOf(one));
    }
    return count;
  };
}

async function planClaimed(
  deps: PlanDueGroupsDeps,
  query: Query,
  { claimed, culprits, now }: { claimed: readonly GroupRow[]; culprits: CulpritSearch; now: number },
) {
  // After the claim: a change that comes later makes the person due again.
  const configuration = await deps.configuration();
  const crossesPersons = configuration.routing.inhibitions.some(({ same_person }) => !same_person);
  const operators = crossesPersons ? await deps.groups.operatorEpisodes(query) : [];
  return claimed.map((row) => {
    if (culprits.has(row.subjectId)) return postponed(row, now);
    try {
      return planGroup(row, { configuration, operators, now, compose: deps.compose });
    } catch (error) {
      deps.reportFailure(error);
      return postponed(row, now);
    }
  });
}

function firingOf(episode: Episode): string {
  return `${episode.alertId}/${String(firingSinceOf(episode))}`;
}
