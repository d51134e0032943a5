// In: persons whose notifications are due. Out: deliveries, the links in them, and when to look at each person again.
// Holds: a person is planned by one process at a time; deliveries and the ledger that says so are one transaction, so a
// restart neither loses nor repeats a step. Operators hear of an unanswered alert before the plan that says so is written.
// A person whose rows cannot be written keeps nobody else waiting.
import type { Query, Statement, Transaction } from '@bridge/postgres';
import type { RaiseSignals } from '../episodes/raise-signals.ts';
import type { ComposedDelivery, ComposeContext } from './domain/compose-delivery.ts';
import { createCulpritSearch, type CulpritSearch } from './find-culprits.ts';
import type { PlanConfiguration } from './plan-configuration.ts';
import { planGroup, postponed } from './plan-group.ts';
import type { DueGroups } from './rows/group-rows.ts';

export type PlanDueGroupsDeps = {
  readonly transaction: Transaction;
  readonly groups: DueGroups;
  /** As the database has it at the time of the call. */
  readonly configuration: () => Promise<PlanConfiguration>;
  readonly compose: Omit<ComposeContext, 'now'>;
  readonly writeDeliveries: (deliveries: readonly ComposedDelivery[], at: number) => readonly Statement[];
  /** Operators hear of alerts that nobody acknowledged in time. Harmless when it is repeated. */
  readonly raiseSignals: RaiseSignals;
  readonly now: () => number;
  /** After a commit that added deliveries. */
  readonly deliverSoon: () => void;
  readonly observe: (plan: { readonly persons: number; readonly deliveries: number }) => void;
  /** Nobody else waits for a person who cannot be planned. */
  readonly reportFailure: (error: unknown) => void;
};

/** How many persons one transaction plans. */
const personsAtOnce = 200;

/** @param onClaimed Called with persons before they are planned. Returns how many there were, at most `personsAtOnce`. */
export type PlanDueGroups = (onClaimed?: (subjectIds: readonly string[]) => void) => Promise<number>;

/** Plans persons who are due. `mayOverlap`: another call may begin while one is under way. */
export function createPlanDueGroups(deps: PlanDueGroupsDeps): {
  readonly planDueGroups: PlanDueGroups;
  readonly mayOverlap: () => boolean;
} {
  const culprits = createCulpritSearch(personsAtOnce);

  async function planDueGroups(onClaimed?: (subjectIds: readonly string[]) => void): Promise<number> {
    let claimed: readonly string[] = [];
    let writing: readonly string[] = [];
    try {
      await deps.transaction(async (tx) => {
        const now = deps.now();
        claimed = await deps.groups.claim(tx.query, { now, limit: culprits.limit() });
        if (claimed.length === 0) return;
        onClaimed?.(claimed);
        const planned = await planClaimed(deps, tx.query, { claimed, culprits, now });
        const deliveries = planned.flatMap((group) => group.deliveries);
        const signals = planned.flatMap((group) => group.signals);
        // No row is locked yet for which this could wait.
        if (signals.length > 0) await deps.raiseSignals(signals);
        writing = planned.map(({ save }) => save.subjectId);
        await tx.pipelineAndCommit([
          ...(deliveries.length > 0 ? deps.writeDeliveries(deliveries, now) : []),
          deps.groups.save(planned.map(({ save }) => save)),
        ]);
        deps.observe({ persons: claimed.length, deliveries: deliveries.length });
        if (deliveries.length > 0) deps.deliverSoon();
      });
      culprits.succeeded(writing);
    } catch (error) {
      const verdict = culprits.failed(error, writing);
      if (verdict === 'unrelated') throw error;
      if (verdict === 'found') deps.reportFailure(error);
    }
    return claimed.length;
  }

  return { planDueGroups, mayOverlap: () => !culprits.isSearching() };
}

async function planClaimed(
  deps: PlanDueGroupsDeps,
  query: Query,
  { claimed, culprits, now }: { claimed: readonly string[]; culprits: CulpritSearch; now: number },
) {
  // After the claim: a change that comes later makes the person due again.
  const configuring = deps.configuration();
  configuring.catch(() => undefined);
  const rows = await deps.groups.load(query, claimed, now);
  const configuration = await configuring;
  const crossesPersons = configuration.routing.inhibitions.some(({ same_person }) => !same_person);
  const operators = crossesPersons ? await deps.groups.operatorEpisodes(query) : [];
  return rows.map((row) => {
    if (culprits.has(row.subjectId)) return postponed(row, now);
    try {
      return planGroup(row, { configuration, operators, now, compose: deps.compose });
    } catch (error) {
      deps.reportFailure(error);
      return postponed(row, now);
    }
  });
}
