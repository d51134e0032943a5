import type { PersonStateDocument } from '@bridge/contracts';
import { useState } from 'preact/hooks';
import { ModeBadge, SeverityBadge } from '../parts/badges.tsx';
import { Ago, Moment } from '../parts/time.tsx';
import { alertLink } from '../shell/route.ts';
import { alertLabel, modeMeaning, reasonLabel } from '../words/say.ts';
import { DecisionDialog } from './decision-dialog.tsx';

/** The sentence that says why, what to do, and what is open. */
export function PersonSummary({ state }: { readonly state: PersonStateDocument }) {
  const { mode, since, reason, summary, advice, time_zone, last_event_at, stale, transition_id } = state;
  const [isExplained, setExplained] = useState(false);
  return (
    <section class="summary" aria-label="Now" data-mode={mode ?? 'none'}>
      <p class="lead">
        <ModeBadge mode={mode} /> <strong id="why">{summary ?? whyOf(mode, reason)}</strong>
      </p>
      {advice !== null && <p>{advice}</p>}
      <dl class="facts">
        {since !== null && (
          <div>
            <dt>In this mode since</dt>
            <dd>
              <Moment at={since} zone={time_zone} />
            </dd>
          </div>
        )}
        <div>
          <dt>Last measured</dt>
          <dd class={stale ? 'stale' : undefined}>
            {last_event_at === null ? 'never' : <Moment at={last_event_at} zone={time_zone} />}
            {stale && last_event_at !== null && ' (more than a day ago)'}
          </dd>
        </div>
        <div>
          <dt>Time zone</dt>
          <dd>{time_zone ?? 'not known'}</dd>
        </div>
      </dl>
      {transition_id !== null && (
        <button type="button" onClick={() => setExplained(true)}>
          Why?
        </button>
      )}
      <OpenAlertLinks state={state} />
      {isExplained && transition_id !== null && (
        <DecisionDialog id={transition_id} zone={time_zone} onClose={() => setExplained(false)} />
      )}
    </section>
  );
}

function OpenAlertLinks({ state: { alerts, time_zone } }: { readonly state: PersonStateDocument }) {
  if (alerts.length === 0) return <p class="hint">No alert is open.</p>;
  return (
    <ul class="open-alerts" aria-label="Open alerts">
      {alerts.map(({ alert_id, severity, kind, opened_at, summary }) => (
        <li key={alert_id}>
          <a href={alertLink(alert_id)}>
            <SeverityBadge severity={severity} /> {summary ?? alertLabel(kind)}{' '}
            <Ago at={opened_at} zone={time_zone} />
          </a>
        </li>
      ))}
    </ul>
  );
}

function whyOf(mode: string | null, reason: string | null): string {
  return reason === null ? modeMeaning(mode) : `${reasonLabel(reason)}.`;
}
