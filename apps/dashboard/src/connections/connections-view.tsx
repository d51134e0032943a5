import { useState } from 'preact/hooks';
import { readAllPages, type Pages } from '../api/pages.ts';
import { useResource } from '../api/use-resource.ts';
import { count } from '../format/value.ts';
import { EmptyNotice, FailureNotice, Loaded } from '../parts/notices.tsx';
import { ConnectPerson } from './connect-person.tsx';
import { ConnectionEntry } from './connection-entry.tsx';
import { byNeed, type Connection, type ConnectionPage, type Quarantined } from './connection-shapes.ts';
import { QuarantineTable } from './quarantine-table.tsx';
import './connections.css';

type Item = { readonly connection?: Connection; readonly quarantined?: Quarantined };

/** How the vendors' connections stand, those that need somebody first. */
export function ConnectionsView() {
  const [search, setSearch] = useState('');
  const resource = useResource<Pages<Item>>('connections', (signal) =>
    readAllPages<ConnectionPage, Item>({
      path: '/connections',
      query: { limit: 500 },
      cursorName: 'after',
      itemsOf: ({ connections, quarantined }) => [
        ...connections.map((connection) => ({ connection })),
        ...quarantined.map((one) => ({ quarantined: one })),
      ],
      signal,
    }),
  );
  return (
    <div class="connections-page">
      <h1>Connections</h1>
      <ConnectPerson />
      <input
        class="search"
        type="search"
        placeholder="Filter by person"
        aria-label="Filter by person"
        value={search}
        onInput={({ currentTarget }) => setSearch(currentTarget.value.trim())}
      />
      <Loaded resource={resource} of="the connections">
        {({ items, failure }) => (
          <>
            {failure !== undefined && <FailureNotice failure={failure} onRetry={resource.reload} />}
            <ConnectionList
              connections={items.flatMap(({ connection }) => connection ?? [])}
              search={search}
              onChanged={resource.reload}
            />
            <QuarantineTable items={items.flatMap(({ quarantined }) => quarantined ?? [])} />
          </>
        )}
      </Loaded>
    </div>
  );
}

type ListProps = {
  readonly connections: readonly Connection[];
  readonly search: string;
  readonly onChanged: () => void;
};

function ConnectionList({ connections, search, onChanged }: ListProps) {
  const wanted = search.toLowerCase();
  const shown = byNeed(connections.filter(({ user_id }) => user_id.toLowerCase().includes(wanted)));
  if (connections.length === 0)
    return (
      <EmptyNotice>
        Nobody has connected an account yet. Flat webhook bodies and partners need no connection.
      </EmptyNotice>
    );
  if (shown.length === 0) return <EmptyNotice>No connection of such a person.</EmptyNotice>;
  return (
    <>
      <ul class="connection-list">
        {shown.map((connection) => (
          <ConnectionEntry key={connection.connection_id} connection={connection} onChanged={onChanged} />
        ))}
      </ul>
      <p class="hint">{count(shown.length, 'connection')}.</p>
    </>
  );
}
