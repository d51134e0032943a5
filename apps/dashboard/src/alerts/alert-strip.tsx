import { FailureNotice } from '../parts/notices.tsx';
import { Isolated, SeverityBadge } from '../parts/badges.tsx';
import { Ago } from '../parts/time.tsx';
import { alertLink } from '../shell/route.ts';
import { alertLabel } from '../words/say.ts';
import { byUrgency } from './alert-changes.ts';
import { loadOpenAlerts, openAlerts } from './open-alerts.ts';
import './alert-strip.css';

const shown = 6;

/** The most severe open alerts beside the people; the list of alerts has all of them, and this says how many. */
export function AlertStrip() {
  const { alerts, failure, isLoaded } = openAlerts.value;
  const sorted = byUrgency(alerts.values());
  return (
    <section class="alert-strip" id="alerts" aria-labelledby="alerts-title">
      <h2 id="alerts-title">Open alerts</h2>
      {failure !== undefined && <FailureNotice failure={failure} onRetry={() => void loadOpenAlerts()} />}
      {isLoaded && sorted.length === 0 && <p class="notice">No alert is open.</p>}
      <ul>
        {sorted.slice(0, shown).map((alert) => (
          <li key={alert.alert_id} data-severity={alert.severity} data-alert={alert.alert_id}>
            <a href={alertLink(alert.alert_id)}>
              <SeverityBadge severity={alert.severity} />
              <strong>
                <Isolated text={alert.user_id} />
              </strong>
              <span>{alertLabel(alert.kind)}</span>
              <Ago at={alert.opened_at} zone={alert.time_zone} />
              {alert.summary !== undefined && <small>{alert.summary}</small>}
            </a>
          </li>
        ))}
      </ul>
      {sorted.length > 0 && (
        <a class="all" href="#/alerts">
          {sorted.length > shown ? `See all ${sorted.length} open alerts` : 'Go to the alerts'}
        </a>
      )}
    </section>
  );
}
