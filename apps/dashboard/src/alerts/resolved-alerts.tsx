import type { Alert, AlertList } from '@bridge/contracts';
import { pathWith, read } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { Isolated, SeverityBadge } from '../parts/badges.tsx';
import { EmptyNotice, Loaded } from '../parts/notices.tsx';
import { Pager, usePager } from '../parts/pager.tsx';
import { Table } from '../parts/table.tsx';
import { Ago } from '../parts/time.tsx';
import { alertLink, personLink } from '../shell/route.ts';
import { alertLabel, capital, say } from '../words/say.ts';
import { reasonWords } from '../words/words.ts';

/** Alerts that are over, newest first, page by page. */
export function ResolvedAlerts() {
  const pager = usePager();
  const { cursor } = pager;
  const path = pathWith('/alerts', { status: ['resolved'], limit: 100, cursor });
  const alerts = useResource<AlertList>(path, (signal) => read(path, signal));
  return (
    <section aria-label="Resolved alerts">
      <Loaded resource={alerts} of="resolved alerts">
        {(page) =>
          page.alerts.length === 0 ? (
            <EmptyNotice>No alert has been resolved yet.</EmptyNotice>
          ) : (
            <>
              <ResolvedTable alerts={page.alerts} />
              <Pager pager={pager} next={page.next} />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function ResolvedTable({ alerts }: { readonly alerts: readonly Alert[] }) {
  return (
    <Table caption="Resolved alerts" columns={['Severity', 'Person', 'Alert', 'Opened', 'Over', 'Why']}>
      {alerts.map(({ alert_id, severity, user_id, kind, opened_at, resolved_at, reason }) => (
        <tr key={alert_id}>
          <td>
            <SeverityBadge severity={severity} />
          </td>
          <td>
            <a href={personLink(user_id)}>
              <Isolated text={user_id} />
            </a>
          </td>
          <td>
            <a href={alertLink(alert_id)}>{alertLabel(kind)}</a>
          </td>
          <td>
            <Ago at={opened_at} />
          </td>
          <td>{resolved_at === null ? 'not yet' : <Ago at={resolved_at} />}</td>
          <td>{reason === undefined ? 'no reason given' : capital(say(reasonWords, reason))}</td>
        </tr>
      ))}
    </Table>
  );
}
