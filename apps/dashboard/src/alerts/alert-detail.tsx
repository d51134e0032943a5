import type { AlertDetail as AlertDetailBody, Delivery } from '@bridge/contracts';
import { useState } from 'preact/hooks';
import { read } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { valueText } from '../format/value.ts';
import { useHappenings } from '../live/live.ts';
import { Isolated, SeverityBadge } from '../parts/badges.tsx';
import { Loaded } from '../parts/notices.tsx';
import { Table } from '../parts/table.tsx';
import { Moment, PlainMoment } from '../parts/time.tsx';
import { DecisionDialog } from '../person/decision-dialog.tsx';
import { personLink } from '../shell/route.ts';
import { alertLabel, capital, metricLabel, plain, readingOrigin, say } from '../words/say.ts';
import { alertChangeWords, deliveryWords, reasonWords, severityWords } from '../words/words.ts';
import { AlertActions } from './alert-actions.tsx';
import { AlertFacts } from './alert-entry.tsx';

/** One alert with its evidence, its history and whom it was told. */
export function AlertDetail({ alertId }: { readonly alertId: string }) {
  const path = `/alerts/${encodeURIComponent(alertId)}`;
  const alert = useResource<AlertDetailBody>(path, (signal) => read(path, signal));
  useHappenings((happening) => {
    if (happening.kind === 'alert' && happening.body.alert_id === alertId) alert.reload();
  });
  return (
    <article class="alerts-page">
      <nav aria-label="Way back">
        <a href="#/alerts">All alerts</a>
      </nav>
      <Loaded resource={alert} of="this alert">
        {(value) => <Detail alert={value} onChanged={alert.reload} />}
      </Loaded>
    </article>
  );
}

type DetailProps = { readonly alert: AlertDetailBody; readonly onChanged: () => void };

function Detail({ alert, onChanged }: DetailProps) {
  const { user_id, kind, severity, opened_at, resolved_at, reason, summary, advice, time_zone, decision } =
    alert;
  const [isExplained, setExplained] = useState(false);
  return (
    <>
      <h1>
        {alertLabel(kind)} · <Isolated text={user_id} />
      </h1>
      <p class="lead">
        <SeverityBadge severity={severity} /> {summary}
      </p>
      {advice !== undefined && <p>{advice}</p>}
      <p class="hint">
        Opened <Moment at={opened_at} zone={time_zone} />
        {resolved_at !== null && (
          <>
            ; over <Moment at={resolved_at} zone={time_zone} />
            {reason !== undefined && `: ${say(reasonWords, reason)}`}
          </>
        )}
        . <a href={personLink(user_id)}>Go to the person</a>
      </p>
      <AlertFacts alert={alert} />
      <AlertActions alert={alert} onDone={onChanged} />
      {decision !== undefined && (
        <button type="button" onClick={() => setExplained(true)}>
          Why?
        </button>
      )}
      {isExplained && decision !== undefined && (
        <DecisionDialog
          id={decision.transition_id}
          zone={time_zone ?? null}
          onClose={() => setExplained(false)}
        />
      )}
      <Evidence alert={alert} />
      <History alert={alert} />
      <Deliveries deliveries={alert.deliveries} />
    </>
  );
}

function Evidence({ alert: { evidence, time_zone } }: { readonly alert: AlertDetailBody }) {
  if (evidence.readings.length === 0) return null;
  return (
    <Table caption="The values behind it" columns={['Value', 'Threshold', 'Usual', 'Device', 'Measured']}>
      {evidence.readings.map(
        ({ metric, value, unit, threshold, usual, days, source, device, context, at }) => (
          <tr key={`${metric} ${at}`}>
            <td>
              {metricLabel(metric)} {valueText(metric, value, unit)}
            </td>
            <td>{threshold === undefined ? '–' : valueText(metric, threshold, unit)}</td>
            <td>
              {usual === undefined ? '–' : valueText(metric, usual, unit)}
              {days !== undefined && ` over ${days} days`}
            </td>
            <td>{readingOrigin({ source, device_id: device, context })}</td>
            <td>
              <Moment at={at} zone={time_zone} />
            </td>
          </tr>
        ),
      )}
    </Table>
  );
}

function History({ alert: { history, time_zone } }: { readonly alert: AlertDetailBody }) {
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <ol class="switches" id="alert-history">
        {history.toReversed().map(({ change, at, severity, by, comment, reason, summary }, index) => (
          <li key={`${at} ${index}`}>
            <SeverityBadge severity={severity} />
            <span>
              {capital(say(alertChangeWords, change))}
              {by !== undefined && ` by ${by}`}
              {reason !== undefined && `: ${say(reasonWords, reason)}`}
              {comment !== undefined && ` (${comment})`}
              {summary !== undefined && <small>{summary}</small>}
              <small>
                {say(severityWords, severity)}, <Moment at={at} zone={time_zone} />
              </small>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Deliveries({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  return (
    <section aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">Who was told</h2>
      {deliveries.length === 0 ? (
        <p class="notice">Nobody was told of it yet.</p>
      ) : (
        <Table
          caption="Deliveries, newest first"
          columns={['Channel', 'Result', 'Attempts', 'About', 'Last attempt']}
        >
          {deliveries.map(({ delivery_id, channel, status, attempts, steps, due_at }) => (
            <tr key={delivery_id}>
              <td>{channel}</td>
              <td>{capital(say(deliveryWords, status))}</td>
              <td>
                {attempts.length}
                {attempts.at(-1)?.reason != null && ` (${plain(attempts.at(-1)?.reason ?? '')})`}
              </td>
              <td>{steps.map((step) => plain(step.reason)).join(', ')}</td>
              <td>
                <PlainMoment at={due_at} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
