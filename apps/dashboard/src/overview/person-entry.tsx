import type { PersonRow } from '@bridge/contracts';
import { Isolated, ModeBadge } from '../parts/badges.tsx';
import { Ago } from '../parts/time.tsx';
import { personLink } from '../shell/route.ts';
import { say } from '../words/say.ts';
import { severityWords } from '../words/words.ts';

/** One person of the overview; the whole row leads to them. */
export function PersonEntry({ row }: { readonly row: PersonRow }) {
  const { user_id, mode, since, last_event_at, stale, alerts } = row;
  return (
    <a class="person" href={personLink(user_id)} data-user={user_id} data-mode={mode ?? 'none'}>
      <span class="name">
        <Isolated text={user_id} />
      </span>
      <ModeBadge mode={mode} />
      <span class="severities">
        {(['critical', 'warning', 'info'] as const)
          .filter((severity) => alerts[severity] > 0)
          .map((severity) => (
            <span key={severity} class="badge severity" data-severity={severity}>
              {alerts[severity]} {say(severityWords, severity).toLowerCase()}
            </span>
          ))}
      </span>
      <span class="when">
        {since !== null && (
          <span>
            since <Ago at={since} />
          </span>
        )}
        <span class={stale ? 'stale' : undefined}>
          {last_event_at === null ? (
            'no data yet'
          ) : (
            <>
              {stale ? 'no data since ' : 'measured '}
              <Ago at={last_event_at} />
            </>
          )}
        </span>
      </span>
    </a>
  );
}
