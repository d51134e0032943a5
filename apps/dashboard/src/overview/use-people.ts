import type { PersonList } from '@bridge/contracts';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Failure } from '../api/failure.ts';
import { pathWith, read, type Answer } from '../api/request.ts';
import { reloads, useHappenings } from '../live/live.ts';
import { type Happening } from '../live/live-message.ts';
import { usePaint } from '../live/use-paint.ts';
import { useSoon } from '../live/use-soon.ts';
import { showSignedOut } from '../session/session.ts';
import { extended, happened, noPeople, refreshed, type People } from './people-list.ts';

export type PeopleFilter = {
  readonly mode: string | undefined;
  readonly alerting: 'true' | undefined;
  readonly stale: 'true' | undefined;
  readonly q: string | undefined;
  readonly sort: 'urgency' | 'user_id';
};

export type PeopleSource = {
  readonly people: People;
  readonly failure: Failure | undefined;
  readonly isLoading: boolean;
  readonly readOn: () => void;
  readonly reload: () => void;
};

/** The first page is small, so that it is there at once. */
const firstPage = 100;
const laterPage = 500;
/** Pages read again when something happened; what lies below keeps its place. */
const refreshedPages = 2;
const retryMs = 3_000;
/** The server's search finds somebody new after a few seconds. */
const laterMs = 6_000;
const mostWaiting = 5_000;

/** The people whom a filter matches, kept current: frames are shown at once, order and counts soon after. */
export function usePeople(filter: PeopleFilter): PeopleSource {
  const key = JSON.stringify(filter);
  const [people, setPeople] = useState<People>(noPeople);
  const [failure, setFailure] = useState<Failure>();
  const [isLoading, setLoading] = useState(true);
  const [round, setRound] = useState(0);
  const newest = useRef(people);
  newest.current = people;
  const isReadingOn = useRef(false);
  const gaps = reloads.value;
  const loadedKey = useRef<string | undefined>(undefined);

  useEffect(() => {
    const aborted = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isSame = loadedKey.current === key;
    setLoading(true);
    void readPages(filter, isSame ? newest.current.rows.length : 0, aborted.signal).then(
      (answer) => {
        if (aborted.signal.aborted) return;
        setLoading(false);
        setFailure(answer.ok ? undefined : answer.failure);
        if (answer.ok) {
          loadedKey.current = key;
          setPeople((before) => refreshed(before, answer.value, isSame));
        } else if (answer.failure.kind === 'signed_out') showSignedOut('The session has ended.');
        else if (answer.failure.kind === 'away')
          timer = setTimeout(() => setRound((count) => count + 1), retryMs);
      },
      (error: unknown) => {
        if (!aborted.signal.aborted) throw error;
      },
    );
    return () => {
      aborted.abort();
      clearTimeout(timer);
    };
  }, [key, round, gaps]);

  const reload = useCallback(() => setRound((count) => count + 1), []);
  const refreshSoon = useSoon(reload);
  const later = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(later.current), []);
  const waiting = useRef<Happening[]>([]);
  const paint = usePaint(() => {
    const happenings = waiting.current;
    waiting.current = [];
    setPeople((before) => happenings.reduce((after, one) => happened(after, one).people, before));
  });
  useHappenings((happening) => {
    const change = happened(newest.current, happening);
    // A page in the background paints nothing: order and counts are read again anyway.
    if (change.people !== newest.current && waiting.current.length < mostWaiting)
      waiting.current.push(happening);
    paint();
    if (!change.needsRefresh) return;
    refreshSoon();
    if (change.isUnlisted) {
      clearTimeout(later.current);
      later.current = setTimeout(reload, laterMs);
    }
  });

  const readOn = useCallback(() => {
    const { next } = newest.current;
    if (next === null || isReadingOn.current || loadedKey.current !== key) return;
    isReadingOn.current = true;
    void read<PersonList>(pathWith('/users', { ...filter, limit: laterPage, cursor: next })).then(
      (answer) => {
        isReadingOn.current = false;
        if (answer.ok && loadedKey.current === key) setPeople((before) => extended(before, answer.value));
      },
    );
  }, [key]);

  const isCurrent = loadedKey.current === key;
  return {
    people: isCurrent ? people : { ...noPeople, counts: people.counts },
    failure,
    isLoading,
    readOn,
    reload,
  };
}

/** The first pages, as many as `rows` take up; at least one. */
async function readPages(
  filter: PeopleFilter,
  rows: number,
  signal: AbortSignal,
): Promise<Answer<readonly PersonList[]>> {
  const limit = rows > firstPage ? laterPage : firstPage;
  const pages: PersonList[] = [];
  let cursor: string | undefined;
  do {
    const answer = await read<PersonList>(pathWith('/users', { ...filter, limit, cursor }), signal);
    if (!answer.ok) return answer;
    pages.push(answer.value);
    cursor = answer.value.next ?? undefined;
  } while (cursor !== undefined && pages.length < refreshedPages && pages.length * limit < rows);
  return { ok: true, value: pages, etag: undefined };
}
