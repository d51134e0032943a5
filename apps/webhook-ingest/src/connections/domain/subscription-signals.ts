import { alertId, signalId, type AlertStateSignal } from '@bridge/contracts';
import type { Vendor } from '../../vendors/vendor-definition.ts';
import type { Alarm } from './subscriptions.ts';

/**
 * Who hears of what is wrong with the bridge itself and not with one person; see ADR 27. No person can have this id by
 * accident, and keys that are limited to persons do not see it.
 */
const operators = 'bridge:operators';

const kind = 'connection.subscription';

const advice =
  'Check that the vendor reaches the public address of the bridge and accepts its application; the renewal is tried again by itself.';

function summaryOf(vendor: Vendor, { severity, failing }: Alarm, since: string): string {
  const stops = severity === 'critical' ? ': notices stop within a day, or have stopped' : '';
  return `${failing.length} subscriptions at ${vendor} cannot be made or renewed since ${since}${stops}.`;
}

/**
 * The signal that a run of the renewals makes, if any. A firing one is repeated under the same id by every run, so none
 * can be missed; consumers drop repeated ids.
 */
export function subscriptionSignal(
  vendor: Vendor,
  before: Alarm | undefined,
  after: Alarm | undefined,
  now: number,
): AlertStateSignal | undefined {
  const alarm = after ?? before;
  if (alarm === undefined) return undefined;
  const status = after === undefined ? 'resolved' : 'firing';
  const since = new Date(alarm.since).toISOString();
  const episode = alertId(`${vendor}/subscriptions/${since}`, kind);
  return {
    // An alarm that gets worse is news.
    signal_id: signalId({ alertId: episode, status, cause: `${since}/${alarm.severity}` }),
    alert_id: episode,
    user_id: operators,
    kind,
    status,
    severity: alarm.severity,
    language: 'en',
    title: 'Notices of a vendor may stop',
    ...(after === undefined
      ? { summary: `All subscriptions at ${vendor} are in place again.`, reason: 'recovered' as const }
      : { summary: summaryOf(vendor, after, since), advice }),
    at: new Date(now).toISOString(),
    source: 'webhook-ingest',
    evidence: {
      rules: alarm.failing
        .slice(0, 64)
        .map(({ dataType, eventType }) => `${vendor}.${dataType}.${eventType}`),
      readings: [],
    },
  };
}
