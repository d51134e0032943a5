import type { Alert } from '@bridge/contracts';
import { Isolated, SeverityBadge } from '../parts/badges.tsx';
import { Ago, PlainMoment } from '../parts/time.tsx';
import { alertLink, personLink } from '../shell/route.ts';
import { alertLabel, say } from '../words/say.ts';
import { alertStatusWords, holdWords } from '../words/words.ts';
import { AlertActions } from './alert-actions.tsx';

/** One open alert with what can be done about it. */
export function AlertEntry({ alert }: { readonly alert: Alert }) {
  const { alert_id, user_id, kind, severity, opened_at, time_zone, summary, advice, question } = alert;
  return (
    <li class="alert" data-alert={alert_id} data-severity={severity} data-status={alert.status}>
      <header>
        <SeverityBadge severity={severity} />
        <a href={personLink(user_id)}>
          <strong>
            <Isolated text={user_id} />
          </strong>
        </a>
        <a href={alertLink(alert_id)} class="kind">
          {alertLabel(kind)}
        </a>
        <Ago at={opened_at} zone={time_zone} />
      </header>
      {summary !== undefined && <p>{summary}</p>}
      {advice !== undefined && <p class="hint">{advice}</p>}
      {question !== undefined && <p>{question}</p>}
      <AlertFacts alert={alert} />
      <AlertActions alert={alert} />
    </li>
  );
}

/** What keeps an alert from being said again. */
export function AlertFacts({
  alert: { status, unconfirmed_since, acknowledged, hold },
}: {
  readonly alert: Alert;
}) {
  return (
    <ul class="facts-line">
      {status === 'unconfirmed' && (
        <li>
          {say(alertStatusWords, status)}: nothing was measured any more that would say whether it is over
          {unconfirmed_since !== undefined && (
            <>
              , since <PlainMoment at={unconfirmed_since} />
            </>
          )}
        </li>
      )}
      {acknowledged !== undefined && (
        <li>
          {acknowledged.by} takes care of it since <Ago at={acknowledged.at} />
          {acknowledged.until !== null && (
            <>
              , until <PlainMoment at={acknowledged.until} />
            </>
          )}
        </li>
      )}
      {hold !== undefined && <li>Nobody is notified: {say(holdWords, hold.reason)}</li>}
    </ul>
  );
}
