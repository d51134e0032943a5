// In: persons whose notifications are due. Out: deliveries, the links in them, and when to look at each person again.
// Holds: a person is planned by one process at a time; deliveries and the ledger that says so are one transaction, so a
// restart neither loses nor repeats a step. Operators hear of an unanswered alert before the plan that says so is written.
import type { Statement, Transaction } from '@bridge/postgres';
import { firingSinceOf, type Episode } from '../episodes/domain/episode.ts';
import { alertSnapshot } from './domain/alert-snapshot.ts';
import { composeDelivery, type ComposedDelivery, type ComposeContext } from './domain/compose-delivery.ts';
import { notifiedPerson } from './domain/notified-person.ts';
import { emptyLedger } from './domain/notification-plan.ts';
import { planNotifications } from './domain/plan-notifications.ts';
import type { PlanConfiguration } from './plan-configuration.ts';
import type { DueGroups, GroupRow, GroupSave } from './rows/group-rows.ts';

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
/** Until a person who cannot be planned is tried again; milliseconds. */
const retryAfterFailureMs = 5 * 60_000;

/** Plans persons who are due; returns how many there were, at most `personsAtOnce`. */
export function createPlanDueGroups(deps: PlanDueGroupsDeps): () => Promise<number> {
  /** Unanswered firings of which operators have heard, until the plan that says so is written. */
  const reported = new Set<string>();

  return async function planDueGroups() {
    const { count, unreported } = await deps.transaction(async (tx) => {
      const now = deps.now();
      const claimed = await deps.groups.claim(tx.query, { now, limit: personsAtOnce });
      if (claimed.length === 0) return { count: 0, unreported: [] };
      // After the claim: a change that comes later makes the person due again.
      const configuration = await deps.configuration();
      const crossesPersons = configuration.routing.inhibitions.some(({ same_person }) => !same_person);
      const operators = crossesPersons ? await deps.groups.operatorEpisodes(tx.query) : [];
      const planned = claimed.map((row) => {
        try {
          return planGroup(row, { configuration, operators, now, compose: deps.compose });
        } catch (error) {
          deps.reportFailure(error);
          return postponed(row, now + retryAfterFailureMs);
        }
      });
      // The others stay due, and are planned again when operators have heard: see below.
      const written = planned.filter(({ unanswered }) =>
        unanswered.every((one) => reported.has(firingOf(one))),
      );
      const deliveries = written.flatMap((group) => group.deliveries);
      await tx.pipelineAndCommit([
        ...(deliveries.length > 0 ? deps.writeDeliveries(deliveries, now) : []),
        deps.groups.save(written.map(({ save }) => save)),
      ]);
      for (const { unanswered } of written) for (const one of unanswered) reported.delete(firingOf(one));
      deps.observe({ persons: written.length, deliveries: deliveries.length });
      if (deliveries.length > 0) deps.deliverSoon();
      const left = planned.filter((group) => !written.includes(group));
      return { count: claimed.length, unreported: left.flatMap(({ unanswered }) => unanswered) };
    });
    if (unreported.length > 0) {
      // Not inside the transaction: it may hold the operators' own group, for which this would wait without end.
      await deps.reportUnanswered(unreported);
      for (const one of unreported) reported.add(firingOf(one));
    }
    return count;
  };
}

function firingOf(episode: Episode): string {
  return `${episode.alertId}/${String(firingSinceOf(episode))}`;
}

type PlannedGroup = {
  readonly save: GroupSave;
  readonly deliveries: readonly ComposedDelivery[];
  readonly unanswered: readonly Episode[];
};

type GroupContext = {
  readonly configuration: PlanConfiguration;
  readonly operators: readonly Episode[];
  readonly now: number;
  readonly compose: PlanDueGroupsDeps['compose'];
};

function planGroup(row: GroupRow, { configuration, operators, now, compose }: GroupContext): PlannedGroup {
  const { person, subjectId, episodes, ledger, changes } = row;
  if (person === undefined) {
    return { save: { subjectId, ledger: emptyLedger, dueAt: null, changes }, deliveries: [], unanswered: [] };
  }
  const { routing, budgets, silences, channels, groupsOf } = configuration;
  const plan = planNotifications({
    now,
    person: notifiedPerson(person, episodes, groupsOf(subjectId)),
    alerts: episodes.map((episode) => alertSnapshot(episode, person)),
    ledger,
    changedAt: row.changedAt,
    stepsBefore: row.stepsBefore,
    routing,
    budgets,
    silences,
    channels,
    operatorAlerts: operators.map((episode) => alertSnapshot(episode, person)),
    isOperators: row.isOperators,
  });
  return {
    save: { subjectId, ledger: plan.ledger, dueAt: plan.nextDue, changes },
    deliveries: plan.deliveries.map((delivery) => {
      const channel = channels.get(delivery.channel);
      if (channel === undefined) throw new Error('a plan names a channel that is not configured');
      return composeDelivery(delivery, { person, episodes }, channel, { ...compose, now });
    }),
    unanswered: episodes.filter(({ alertId }) => plan.unanswered.includes(alertId)),
  };
}

/** Left as it is and looked at again later. */
function postponed({ subjectId, ledger, changes }: GroupRow, dueAt: number): PlannedGroup {
  return { save: { subjectId, ledger, dueAt, changes }, deliveries: [], unanswered: [] };
}
