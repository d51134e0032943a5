import type { PersonList, PersonRow } from '@bridge/contracts';
import { type Happening } from '../live/live-message.ts';

/** The people of the overview, as far as they are loaded, in the server's order. */
export type People = {
  readonly rows: readonly PersonRow[];
  readonly counts: PersonList['counts'] | undefined;
  readonly search: PersonList['search'];
  /** Of the page after the last row; null after the last page. */
  readonly next: string | null;
};

export const noPeople: People = { rows: [], counts: undefined, search: 'full', next: null };

/** A newer answer to the first pages: its rows come first, and what was loaded beyond them stays once. */
export function refreshed(before: People, pages: readonly PersonList[], keepTail: boolean): People {
  const [first] = pages;
  if (first === undefined) return before;
  const rows = pages.flatMap(({ users }) => users);
  const next = pages.at(-1)?.next ?? null;
  const { counts, search } = first;
  if (!keepTail || next === null) return { rows, counts, search, next };
  const fresh = new Set(rows.map(({ user_id }) => user_id));
  const tail = before.rows.slice(rows.length).filter(({ user_id }) => !fresh.has(user_id));
  return { rows: [...rows, ...tail], counts, search, next: tail.length === 0 ? next : before.next };
}

export function extended(before: People, page: PersonList): People {
  const known = new Set(before.rows.map(({ user_id }) => user_id));
  const more = page.users.filter(({ user_id }) => !known.has(user_id));
  return { rows: [...before.rows, ...more], counts: page.counts, search: page.search, next: page.next };
}

export type Change = {
  readonly people: People;
  /** Order and counts are the server's: they are read again soon. */
  readonly needsRefresh: boolean;
  /** Somebody new, or somebody whom the list does not hold yet. */
  readonly isUnlisted: boolean;
};

/** Shows at once what a frame says of a person. */
export function happened(people: People, happening: Happening): Change {
  const isUnlisted = !people.rows.some(({ user_id }) => user_id === happening.body.user_id);
  switch (happening.kind) {
    case 'event':
      return {
        people: withRow(people, happening.body.user_id, (row) => measured(row, happening.body.timestamp)),
        needsRefresh: isUnlisted,
        isUnlisted,
      };
    case 'transition': {
      const { user_id, seq, to, at } = happening.body;
      const isNewer = (row: PersonRow) => seq >= row.seq;
      const changed = withRow(people, user_id, (row) =>
        isNewer(row) ? { ...row, mode: to, since: at, seq, updated_at: at } : row,
      );
      return { people: changed, needsRefresh: true, isUnlisted };
    }
    case 'alert': {
      const { user_id, from, to, severity } = happening.body;
      const step = Number(to !== 'resolved') - Number(from !== null && from !== 'resolved');
      const changed = withRow(people, user_id, (row) => ({
        ...row,
        alerts: { ...row.alerts, [severity]: Math.max(0, row.alerts[severity] + step) },
      }));
      return { people: changed, needsRefresh: true, isUnlisted };
    }
    case 'insight':
      return { people, needsRefresh: false, isUnlisted };
  }
}

function measured(row: PersonRow, at: string): PersonRow {
  if (row.last_event_at !== null && Date.parse(row.last_event_at) >= Date.parse(at)) return row;
  return { ...row, last_event_at: at, stale: false };
}

function withRow(people: People, userId: string, change: (row: PersonRow) => PersonRow): People {
  const index = people.rows.findIndex(({ user_id }) => user_id === userId);
  const row = people.rows[index];
  if (row === undefined) return people;
  const changed = change(row);
  return changed === row ? people : { ...people, rows: people.rows.with(index, changed) };
}
