import { openAlerts } from '../alerts/open-alerts.ts';

/** How many alerts are open, beside the entry of the navigation. */
export function AlertCount() {
  const { alerts, isComplete } = openAlerts.value;
  if (alerts.size === 0) return null;
  const isCritical = [...alerts.values()].some(({ severity }) => severity === 'critical');
  return (
    <span class="count" data-severity={isCritical ? 'critical' : 'warning'}>
      {alerts.size}
      {isComplete ? '' : '+'}
      <span class="hidden"> open</span>
    </span>
  );
}
