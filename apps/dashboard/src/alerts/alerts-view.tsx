import type { Alert } from '@bridge/contracts';
import { count } from '../format/value.ts';
import { Choice } from '../parts/fields.tsx';
import { EmptyNotice, FailureNotice, LoadingNotice } from '../parts/notices.tsx';
import { route, setQuery } from '../shell/current-route.ts';
import { severityWords } from '../words/words.ts';
import { say } from '../words/say.ts';
import { byUrgency } from './alert-changes.ts';
import { AlertDetail } from './alert-detail.tsx';
import { AlertEntry } from './alert-entry.tsx';
import { loadOpenAlerts, openAlerts } from './open-alerts.ts';
import { ResolvedAlerts } from './resolved-alerts.tsx';
import { SilenceList } from './silence-list.tsx';
import './alerts.css';

const tabs = ['open', 'resolved', 'silences'] as const;
type Tab = (typeof tabs)[number];

/** Every open alert, most severe first; none is hidden. */
export function AlertsView() {
  const current = route.value;
  if (current.view !== 'alerts') return null;
  if (current.alertId !== undefined) return <AlertDetail key={current.alertId} alertId={current.alertId} />;
  const given = current.query.get('show');
  const tab: Tab = tabs.find((one) => one === given) ?? 'open';
  return (
    <div class="alerts-page">
      <h1>Alerts</h1>
      <Choice
        label="Show"
        value={tab}
        choices={[
          ['open', `Open (${openAlerts.value.alerts.size})`],
          ['resolved', 'Resolved'],
          ['silences', 'Silences'],
        ]}
        onChange={(show) => setQuery({ show: show === 'open' ? undefined : show })}
      />
      {tab === 'open' && <OpenAlertList severity={current.query.get('severity')} />}
      {tab === 'resolved' && <ResolvedAlerts />}
      {tab === 'silences' && <SilenceList />}
    </div>
  );
}

function OpenAlertList({ severity }: { readonly severity: string | null }) {
  const { alerts, isLoaded, isComplete, failure } = openAlerts.value;
  const sorted = byUrgency(alerts.values());
  const shown = severity === null ? sorted : sorted.filter((alert) => alert.severity === severity);
  return (
    <section aria-label="Open alerts">
      <SeverityFilter alerts={sorted} severity={severity} />
      {failure !== undefined && <FailureNotice failure={failure} onRetry={() => void loadOpenAlerts()} />}
      {!isLoaded && failure === undefined && <LoadingNotice of="the open alerts" />}
      {isLoaded && shown.length === 0 && (
        <EmptyNotice>No alert is open. What opens appears here at once.</EmptyNotice>
      )}
      {!isComplete && isLoaded && failure === undefined && <LoadingNotice of="more open alerts" />}
      <ul class="alert-list" id="open-alerts">
        {shown.map((alert) => (
          <AlertEntry key={alert.alert_id} alert={alert} />
        ))}
      </ul>
      {shown.length > 0 && isComplete && (
        <p class="hint">These are all: {count(shown.length, 'open alert')}.</p>
      )}
    </section>
  );
}

type FilterProps = { readonly alerts: readonly Alert[]; readonly severity: string | null };

function SeverityFilter({ alerts, severity }: FilterProps) {
  return (
    <div class="chips" role="group" aria-label="Filter by severity">
      {Object.keys(severityWords).map((one) => (
        <button
          key={one}
          type="button"
          class="chip"
          aria-pressed={severity === one}
          onClick={() => setQuery({ severity: severity === one ? undefined : one })}
        >
          {say(severityWords, one)} <b>{alerts.filter((alert) => alert.severity === one).length}</b>
        </button>
      ))}
    </div>
  );
}
