// In: persons whose notifications are due. Out: deliveries, the links in them, and when to look at each person again.
// Holds: a person is planned by one process at a time; deliveries and the ledger that says so are one transaction, so a
// restart neither loses nor repeats a step. Operators hear of an unanswered alert before the plan that says so is written.
import type { Statement, Transaction } from '@bridge/postgres';
import { firingSinceOf, type Episode } from '../episodes/domain/episode.ts';
import type { RaiseSignals } from '../episodes/raise-signals.ts';
import type { TimedSignal } from '../episodes/domain/timed-signal.ts';
import { alertSnapshot } from './domain/alert-snapshot.ts';
import { composeDelivery, type ComposedDelivery, type ComposeContext } from './domain/compose-delivery.ts';
import { notifiedPerson } from './domain/notified-person.ts';
import { emptyLedger, type Firing, type Ledger } from './domain/notification-plan.ts';
import type { Plan } from './domain/plan-input.ts';
import { planNotifications } from './domain/plan-notifications.ts';
import { answeredSignal, unansweredSignal } from './domain/unanswered-signals.ts';
import type { PlanConfiguration } from './plan-configuration.ts';
import type { DueGroups, GroupRow, GroupSave } from './rows/group-rows.ts';

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
      const signals = planned.flatMap((group) => group.signals);
      // Operators hear before the plan that says so is written; no row is locked yet for which this could wait.
      if (signals.length > 0) await deps.raiseSignals(signals);
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
  /** For operators. */
  readonly signals: readonly TimedSignal[];
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
    const signals = unansweredIn(ledger).map((firing) =>
      answeredSignal({ ...firing, reason: 'recovered' }, now),
    );
    return { save: { subjectId, ledger: emptyLedger, dueAt: null, changes }, deliveries: [], signals };
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
    signals: [
      ...plan.answered.map((firing) => answeredSignal(firing, now)),
      ...unansweredFirings(plan, episodes).map((firing) => unansweredSignal(firing, now)),
    ],
  };
}

/** Left as it is and looked at again later. */
function postponed({ subjectId, ledger, changes }: GroupRow, dueAt: number): PlannedGroup {
  return { save: { subjectId, ledger, dueAt, changes }, deliveries: [], signals: [] };
}

/** Of an erased person: nobody can answer for them any more. */
function unansweredIn({ alerts }: Ledger): Firing[] {
  return Object.entries(alerts).flatMap(([alertId, { unanswered, answered }]) =>
    unanswered === undefined || unanswered === answered ? [] : [{ alertId, firingSince: unanswered }],
  );
}

function unansweredFirings({ unanswered }: Plan, episodes: readonly Episode[]): Firing[] {
  return episodes
    .filter(({ alertId }) => unanswered.includes(alertId))
    .map((episode) => ({ alertId: episode.alertId, firingSince: firingSinceOf(episode) }));
}
