import type { Principal } from '@bridge/auth';
import { operatorsUserId, type PersonList, type PersonRow } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { found, refused, type HistoryResult } from './history-result.ts';
import type { LoadedPeople, PeopleIndex } from './people-index.ts';
import {
  peopleByUrgency,
  peopleInAnyOrder,
  type PeopleCounts,
  type PeopleFilter,
  type PeopleQuestion,
  type StoredPersonRow,
} from './people-rows.ts';
import type { RecordAccess } from './record-access.ts';

export type PeopleSelection = PeopleFilter & {
  /** A part of the user id. */
  readonly q?: string | undefined;
  readonly sort: 'urgency' | 'user_id';
  readonly limit: number;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
};

type Deps = {
  readonly query: Query;
  readonly vault: Vault;
  readonly index: PeopleIndex;
  readonly recordAccess: RecordAccess;
  readonly now: () => number;
};

export type ListPeople = (
  viewer: Principal,
  selection: PeopleSelection,
) => Promise<HistoryResult<PersonList>>;

/** `<urgency>.<waiting since>.<subject>`, and of a list by name `<subject>`: a user id stays out of addresses. */
const urgencyCursor = /^(\d{1,3})\.(-?\d{1,18})\.([0-9a-f-]{36})$/;
const nameCursor = /^[0-9a-f-]{36}$/;

/** Everybody whom the viewer may see: filtered, sorted and counted in the database, where names are sealed. */
export function createListPeople(deps: Deps): ListPeople {
  const { query, vault, index, recordAccess } = deps;

  /** Whom the viewer may see and `q` matches; undefined: everybody. */
  async function wantedIds(
    { users }: Principal,
    q: string | undefined,
    loaded: LoadedPeople | undefined,
  ): Promise<readonly string[] | undefined> {
    if (users !== undefined) {
      const folded = q?.normalize('NFC').toLowerCase();
      const own = [...users].filter((id) => folded === undefined || fold(id).includes(folded));
      return [...(await vault.find(own)).values()].map(({ subjectId }) => subjectId);
    }
    if (q === undefined) return undefined;
    // A whole id is found at once, also of somebody who came after the index was read.
    const whole = [...(await vault.find([q])).values()].map(({ subjectId }) => subjectId);
    return loaded === undefined ? whole : [...new Set([...whole, ...loaded.matching(q)])];
  }

  async function named(rows: readonly StoredPersonRow[]): Promise<PersonRow[]> {
    const subjects = await vault.byId(rows.map(({ subjectId }) => subjectId));
    return rows.flatMap(({ subjectId, shown }) => {
      const subject = subjects.get(subjectId);
      return subject === undefined || subject.erased ? [] : [{ user_id: subject.userId, ...shown }];
    });
  }

  return async function listPeople(viewer, { q, sort, limit, cursor, ...filter }) {
    const needsIndex = viewer.users === undefined && (q !== undefined || sort === 'user_id');
    const loaded = needsIndex ? await index.load() : undefined;
    const isFull = !needsIndex || loaded !== undefined;
    const only = await wantedIds(viewer, q, loaded);
    const except = vault.userIndex(operatorsUserId);
    const question: PeopleQuestion = { only, except, filter, now: deps.now() };
    const page =
      sort === 'urgency'
        ? await byUrgency(query, question, cursor, limit)
        : await byName(query, question, { cursor, limit, names: await namesFor(viewer, loaded) });
    if (page.kind === 'refused') return page;
    const { rows, counts, next } = page;
    const subjectIds = rows.map(({ subjectId }) => subjectId);
    await recordAccess({ principal: viewer, type: 'list', table: 'neuros_checkpoints', subjectIds });
    return found({
      users: await named(rows),
      counts: {
        total: counts.total,
        by_mode: counts.byMode,
        alerting: counts.alerting,
        stale: counts.stale,
      },
      search: isFull ? 'full' : 'exact',
      next: next ?? null,
    });
  };

  /** The order of user ids; undefined: there are too many people. */
  async function namesFor(
    { users }: Principal,
    loaded: LoadedPeople | undefined,
  ): Promise<ReadonlyMap<string, number> | undefined> {
    if (users === undefined) return loaded && placesOf(loaded.sorted.map(({ subjectId }) => subjectId));
    const subjects = [...(await vault.find(users)).entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    return placesOf(subjects.map(([, { subjectId }]) => subjectId));
  }
}

type RowPage = {
  readonly kind: 'page';
  readonly rows: readonly StoredPersonRow[];
  readonly counts: PeopleCounts;
  readonly next: string | undefined;
};

const badCursor = refused('cursor', 'must be the cursor of a page of this list');

async function byUrgency(
  query: Query,
  question: PeopleQuestion,
  cursor: string | undefined,
  limit: number,
): Promise<RowPage | typeof badCursor> {
  const [, urgency, waiting, subjectId] = urgencyCursor.exec(cursor ?? '') ?? [];
  if (cursor !== undefined && subjectId === undefined) return badCursor;
  const after =
    subjectId === undefined ? undefined : { urgency: Number(urgency), waiting: Number(waiting), subjectId };
  const { rows, counts } = await peopleByUrgency(query, question, { after, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const next = last && `${last.shown.urgency}.${last.waiting}.${last.subjectId}`;
  return { kind: 'page', rows: shown, counts, next };
}

type NamePage = {
  readonly cursor: string | undefined;
  readonly limit: number;
  /** The place of each person in the order of user ids. */
  readonly names: ReadonlyMap<string, number> | undefined;
};

async function byName(
  query: Query,
  question: PeopleQuestion,
  { cursor, limit, names }: NamePage,
): Promise<RowPage | typeof badCursor> {
  if (names === undefined)
    return refused('sort', 'must be urgency: there are too many people to sort by their ids');
  if (cursor !== undefined && !nameCursor.test(cursor)) return badCursor;
  const after = cursor === undefined ? -1 : (names.get(cursor) ?? Infinity);
  const { rows, counts } = await peopleInAnyOrder(query, question);
  const placeOf = ({ subjectId }: StoredPersonRow) => names.get(subjectId) ?? -1;
  const sorted = rows.filter((row) => placeOf(row) > after).toSorted((a, b) => placeOf(a) - placeOf(b));
  const shown = sorted.slice(0, limit);
  const next = sorted.length > limit ? shown.at(-1)?.subjectId : undefined;
  return { kind: 'page', rows: shown, counts, next };
}

function placesOf(subjectIds: readonly string[]): Map<string, number> {
  return new Map(subjectIds.map((subjectId, place) => [subjectId, place]));
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
