import type { HoldsOf } from '../configuration/domain/route-test.ts';
import type { Configuration } from '../configuration/domain/configuration-snapshot.ts';
import { planNotifications } from './domain/plan-notifications.ts';
import type { PlanConfiguration } from './plan-configuration.ts';

/** Asks the planner about an alert that does not exist. */
export function createWouldHold(planConfiguration: (of: Configuration) => PlanConfiguration): HoldsOf {
  return function wouldHold(alert, person, { configuration, ledger }, now) {
    const { routing, budgets, silences, channels } = planConfiguration(configuration);
    const plan = planNotifications({
      now,
      person,
      alerts: [alert],
      ledger: { ...ledger, alerts: {} },
      changedAt: null,
      stepsBefore: new Map(),
      routing,
      budgets,
      silences,
      channels,
      operatorAlerts: [],
      isOperators: false,
    });
    const hold = plan.ledger.alerts[alert.alertId]?.hold;
    return hold === undefined ? [] : [hold];
  };
}
