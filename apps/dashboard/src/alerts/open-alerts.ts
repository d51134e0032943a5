import type { Alert, AlertChange, AlertList } from '@bridge/contracts';
import { signal } from '@preact/signals';
import { type Failure } from '../api/failure.ts';
import { readAllPages } from '../api/pages.ts';
import { alertsAfter, type OpenAlertMap } from './alert-changes.ts';

export type OpenAlerts = {
  readonly alerts: OpenAlertMap;
  readonly isLoaded: boolean;
  /** Every open alert is in the list. */
  readonly isComplete: boolean;
  readonly failure: Failure | undefined;
};

/** Every open alert that the session may see; the navigation, the overview and the list of alerts share it. */
export const openAlerts = signal<OpenAlerts>({
  alerts: new Map(),
  isLoaded: false,
  isComplete: true,
  failure: undefined,
});

/** Changes that come while the list is read: the answer may be older than they are. */
let meanwhile: AlertChange[] | undefined;

export function takeAlertChange(change: AlertChange): void {
  meanwhile?.push(change);
  openAlerts.value = { ...openAlerts.value, alerts: alertsAfter(openAlerts.value.alerts, change) };
}

/** Puts an alert in as an action's answer has it. */
export function takeAlert(alert: Alert): void {
  const alerts = new Map(openAlerts.value.alerts);
  if (alert.status === 'resolved') alerts.delete(alert.alert_id);
  else alerts.set(alert.alert_id, alert);
  openAlerts.value = { ...openAlerts.value, alerts };
}

export async function loadOpenAlerts(): Promise<void> {
  const changes: AlertChange[] = [];
  meanwhile = changes;
  const answer = await readAllPages<AlertList, Alert>({
    path: '/alerts',
    query: { status: ['firing', 'unconfirmed'], limit: 500 },
    itemsOf: (page) => page.alerts,
    onPage: (items) => show(items, changes, { isComplete: false, failure: undefined }),
  });
  // A later call reads what is newer.
  if (meanwhile !== changes) return;
  meanwhile = undefined;
  if (!answer.ok) openAlerts.value = { ...openAlerts.value, failure: answer.failure };
  else {
    const { items, isComplete, failure } = answer.value;
    show(items, changes, { isComplete, failure });
  }
}

function show(
  items: readonly Alert[],
  changes: readonly AlertChange[],
  state: Pick<OpenAlerts, 'isComplete' | 'failure'>,
): void {
  let alerts: OpenAlertMap = new Map(items.map((alert) => [alert.alert_id, alert]));
  for (const change of changes) alerts = alertsAfter(alerts, change);
  openAlerts.value = { alerts, isLoaded: true, ...state };
}
