import type { TargetedSubmitEvent } from 'preact';
import { pathWith, read } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { Isolated } from '../parts/badges.tsx';
import { Field, textOf } from '../parts/fields.tsx';
import { EmptyNotice, Loaded } from '../parts/notices.tsx';
import { Pager, usePager } from '../parts/pager.tsx';
import { Table } from '../parts/table.tsx';
import { PlainMoment } from '../parts/time.tsx';
import { route, setQuery } from '../shell/current-route.ts';
import { personLink } from '../shell/route.ts';
import { plain } from '../words/say.ts';

type AuditPage = {
  readonly accesses: readonly {
    readonly at: string;
    readonly accessor: string;
    readonly type: string;
    readonly table: string;
    readonly user_id?: string;
  }[];
  readonly next: string | null;
};

/** Who looked at whose data, newest first. */
export function AuditSection() {
  const { query } = route.value;
  const filter = { user_id: query.get('user_id') ?? '', accessor: query.get('accessor') ?? '' };
  const search = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setQuery({ user_id: textOf(form, 'user_id'), accessor: textOf(form, 'accessor') });
  };
  return (
    <section class="panel" aria-labelledby="audit-title">
      <h2 id="audit-title">Who looked</h2>
      <form class="inline" onSubmit={search}>
        <Field label="At whom">
          {(attributes) => (
            <input {...attributes} name="user_id" defaultValue={filter.user_id} autocomplete="off" />
          )}
        </Field>
        <Field label="Who">
          {(attributes) => (
            <input {...attributes} name="accessor" defaultValue={filter.accessor} autocomplete="off" />
          )}
        </Field>
        <button type="submit">Search</button>
      </form>
      <AuditTable key={JSON.stringify(filter)} filter={filter} />
    </section>
  );
}

function AuditTable({
  filter,
}: {
  readonly filter: { readonly user_id: string; readonly accessor: string };
}) {
  const pager = usePager();
  const path = pathWith('/audit', { ...filter, limit: 100, cursor: pager.cursor });
  const accesses = useResource<AuditPage>(path, (signal) => read(path, signal));
  return (
    <Loaded resource={accesses} of="the audit">
      {(page) =>
        page.accesses.length === 0 ? (
          <EmptyNotice>Nobody looked, as far as this search goes.</EmptyNotice>
        ) : (
          <>
            <Table caption="Accesses, newest first" columns={['When', 'Who', 'Did', 'At whom', 'In']}>
              {page.accesses.map(({ at, accessor, type, table, user_id }, index) => (
                <tr key={`${at} ${index}`}>
                  <td>
                    <PlainMoment at={at} />
                  </td>
                  <td>{accessor}</td>
                  <td>{plain(type)}</td>
                  <td>
                    {user_id === undefined ? (
                      'somebody erased'
                    ) : (
                      <a href={personLink(user_id)}>
                        <Isolated text={user_id} />
                      </a>
                    )}
                  </td>
                  <td>
                    <code>{table}</code>
                  </td>
                </tr>
              ))}
            </Table>
            <Pager pager={pager} next={page.next} />
          </>
        )
      }
    </Loaded>
  );
}
