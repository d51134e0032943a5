import { episodeSeverity, firingSinceOf, statusOf, type Episode } from '../episodes/domain/episode.ts';
import type { TimedSignal } from '../episodes/domain/timed-signal.ts';
import { alertSnapshot } from './domain/alert-snapshot.ts';
import { composeDelivery, type ComposedDelivery, type ComposeContext } from './domain/compose-delivery.ts';
import { notifiedPerson } from './domain/notified-person.ts';
import { emptyLedger, type Firing, type Ledger } from './domain/notification-plan.ts';
import type { Plan } from './domain/plan-input.ts';
import { planNotifications } from './domain/plan-notifications.ts';
import { answeredSignal, unansweredSignal } from './domain/unanswered-signals.ts';
import type { PlanConfiguration } from './plan-configuration.ts';
import type { GroupRow, GroupSave } from './rows/group-rows.ts';

export type PlannedGroup = {
  readonly save: GroupSave;
  readonly deliveries: readonly ComposedDelivery[];
  /** For operators. */
  readonly signals: readonly TimedSignal[];
};

export type GroupContext = {
  readonly configuration: PlanConfiguration;
  readonly operators: readonly Episode[];
  readonly now: number;
  readonly compose: Omit<ComposeContext, 'now'>;
};

export function planGroup(
  row: GroupRow,
  { configuration, operators, now, compose }: GroupContext,
): PlannedGroup {
  const { person, subjectId, episodes, unreadable, ledger, changes } = row;
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
    save: { subjectId, changes, ...keepingDamaged(plan, { unreadable, ledger, now }) },
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

/** What was told of alerts whose rows are damaged is remembered, and they are looked at again. */
function keepingDamaged(
  plan: Plan,
  { unreadable, ledger, now }: Pick<GroupRow, 'unreadable' | 'ledger'> & { readonly now: number },
): Pick<GroupSave, 'ledger' | 'dueAt'> {
  if (unreadable.length === 0) return { ledger: plan.ledger, dueAt: plan.nextDue };
  const kept = Object.entries(ledger.alerts).filter(([alertId]) => unreadable.includes(alertId));
  const alerts = { ...plan.ledger.alerts, ...Object.fromEntries(kept) };
  return {
    ledger: { ...plan.ledger, alerts },
    dueAt: Math.min(plan.nextDue ?? Infinity, now + retryMs.other),
  };
}

/** Until a person who cannot be planned is tried again; milliseconds. */
const retryMs = { critical: 30_000, other: 5 * 60_000 };

/** Left as it is and looked at again later. */
export function postponed({ subjectId, ledger, changes, episodes }: GroupRow, now: number): PlannedGroup {
  const isPressing = episodes.some(
    (episode) => statusOf(episode) !== 'resolved' && episodeSeverity(episode) === 'critical',
  );
  const dueAt = now + (isPressing ? retryMs.critical : retryMs.other);
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
