import type { PersonRow } from '@bridge/contracts';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { AlertStrip } from '../alerts/alert-strip.tsx';
import { count } from '../format/value.ts';
import { useInterest } from '../live/live.ts';
import { EmptyNotice, FailureNotice, LoadingNotice } from '../parts/notices.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { maySee } from '../session/session.ts';
import { route, setQuery } from '../shell/current-route.ts';
import { LiveList } from './live-list.tsx';
import { PeopleFilters } from './people-filters.tsx';
import { PersonEntry } from './person-entry.tsx';
import { usePeople, type PeopleFilter, type PeopleSource } from './use-people.ts';
import './overview.css';

/** Who needs somebody, most urgent first. */
export function OverviewView() {
  const filter = filterIn(route.value.query);
  const source = usePeople(filter);
  return (
    <div class="overview" id="dashboard">
      <h1 class="hidden">Overview</h1>
      {maySee('alerts') && <AlertStrip />}
      <section class="people" aria-labelledby="people-title">
        <h2 id="people-title">Who needs somebody</h2>
        <PeopleSearch q={filter.q} />
        <PeopleFilters filter={filter} counts={source.people.counts} />
        <PeopleBody filter={filter} source={source} />
      </section>
      <LiveList />
    </div>
  );
}

type BodyProps = { readonly filter: PeopleFilter; readonly source: PeopleSource };

function PeopleBody({ filter, source: { people, failure, isLoading, readOn, reload } }: BodyProps) {
  const { rows, counts, search } = people;
  const [shown, setShown] = useState<readonly string[]>([]);
  useInterest({ events: shown });
  const onShown = useCallback(
    (items: readonly PersonRow[]) => setShown(items.map(({ user_id }) => user_id)),
    [],
  );
  const isEmpty = rows.length === 0 && !isLoading && failure === undefined;
  return (
    <>
      {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
      {search === 'exact' && (
        <p class="notice">There are too many people to search for parts of a name: type the whole id.</p>
      )}
      {rows.length === 0 && isLoading && failure === undefined && <LoadingNotice of="people" />}
      {isEmpty && (
        <EmptyNotice>
          {isFiltered(filter)
            ? 'Nobody matches. Remove a filter to see more people.'
            : 'No person yet. The first event of a person puts them here.'}
        </EmptyNotice>
      )}
      {rows.length > 0 && (
        <>
          <VirtualList
            items={rows}
            total={matching(filter, counts, rows.length)}
            keyOf={(row) => row.user_id}
            rowHeight={72}
            label="People, most urgent first"
            onEndNear={readOn}
            onShown={onShown}
          >
            {(row) => <PersonEntry row={row} />}
          </VirtualList>
          <p class="hint">
            {people.next === null
              ? `${count(rows.length, 'person', 'people')} in this list.`
              : `${rows.length.toLocaleString('en')} people so far; more come as you scroll.`}
          </p>
        </>
      )}
    </>
  );
}

const typingMs = 200;

function PeopleSearch({ q = '' }: { readonly q: string | undefined }) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <input
      id="search"
      class="search"
      type="search"
      placeholder="Find a person"
      aria-label="Find a person"
      autocomplete="off"
      defaultValue={q}
      onInput={({ currentTarget: { value } }) => {
        clearTimeout(timer.current);
        timer.current = setTimeout(() => setQuery({ q: value.trim() }), typingMs);
      }}
    />
  );
}

function filterIn(query: URLSearchParams): PeopleFilter {
  return {
    mode: query.get('mode') ?? undefined,
    alerting: query.get('alerting') === 'true' ? 'true' : undefined,
    stale: query.get('stale') === 'true' ? 'true' : undefined,
    q: query.get('q') ?? undefined,
    sort: query.get('sort') === 'user_id' ? 'user_id' : 'urgency',
  };
}

function isFiltered({ mode, alerting, stale, q }: PeopleFilter): boolean {
  return [mode, alerting, stale, q].some((value) => value !== undefined);
}

/** How many people the filters match, where the counts say so. */
function matching(
  { mode, alerting, stale }: PeopleFilter,
  counts: PeopleSource['people']['counts'],
  loaded: number,
): number {
  if (counts === undefined) return loaded;
  const given = [mode, alerting, stale].filter((value) => value !== undefined);
  if (given.length === 0) return counts.total;
  if (given.length > 1) return loaded;
  if (alerting !== undefined) return counts.alerting;
  if (stale !== undefined) return counts.stale;
  return Object.entries(counts.by_mode).find(([name]) => name === mode)?.[1] ?? loaded;
}
