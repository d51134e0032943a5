// In: persons whose notifications are due. Out: deliveries, the links in them, and when to look at each person again.
// Holds: a person is planned by one process at a time; deliveries and the ledger that says so are one transaction, so a
// restart neither loses nor repeats a step.
import type { Statement, Transaction } from '@bridge/postgres';
import type { Episode } from '../episodes/domain/episode.ts';
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
  return async function planDueGroups() {
    return deps.transaction(async (tx) => {
      const now = deps.now();
      const claimed = await deps.groups.claim(tx.query, { now, limit: personsAtOnce });
      if (claimed.length === 0) return 0;
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
      const deliveries = planned.flatMap((group) => group.deliveries);
      const unanswered = planned.flatMap((group) => group.unanswered);
      if (unanswered.length > 0) await deps.reportUnanswered(unanswered);
      await tx.pipelineAndCommit([
        ...(deliveries.length > 0 ? deps.writeDeliveries(deliveries, now) : []),
        deps.groups.save(planned.map(({ save }) => save)),
      ]);
      deps.observe({ persons: claimed.length, deliveries: deliveries.length });
      if (deliveries.length > 0) deps.deliverSoon();
      return claimed.length;
    });
  };
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
  const { person, subjectId, episodes, ledger } = row;
  if (person === undefined) {
    return { save: { subjectId, ledger: emptyLedger, dueAt: null }, deliveries: [], unanswered: [] };
  }
  const { routing, budgets, silences, channels, groupsOf } = configuration;
  const plan = planNotifications({
    now,
    person: notifiedPerson(person, episodes, groupsOf(subjectId)),
    alerts: episodes.map((episode) => alertSnapshot(episode, person)),
    ledger,
    stepsBefore: row.stepsBefore,
    routing,
    budgets,
    silences,
    channels,
    operatorAlerts: operators.map((episode) => alertSnapshot(episode, person)),
    isOperators: row.isOperators,
  });
  return {
    save: { subjectId, ledger: plan.ledger, dueAt: plan.nextDue },
    deliveries: plan.deliveries.map((delivery) => {
      const channel = channels.get(delivery.channel);
      if (channel === undefined) throw new Error('a plan names a channel that is not configured');
      return composeDelivery(delivery, { person, episodes }, channel, { ...compose, now });
    }),
    unanswered: episodes.filter(({ alertId }) => plan.unanswered.includes(alertId)),
  };
}

/** Left as it is and looked at again later. */
function postponed({ subjectId, ledger }: GroupRow, dueAt: number): PlannedGroup {
  return { save: { subjectId, ledger, dueAt }, deliveries: [], unanswered: [] };
}
