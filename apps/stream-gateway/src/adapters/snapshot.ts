import { biometricEventSchema, type Mode } from '@bridge/contracts';
import { uuidArray, type Query } from '@bridge/postgres';
import type { LoadStanding } from '@bridge/history';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { Feed } from '../domain/feed.ts';
import { readBody } from '../domain/read-body.ts';
import type { StreamFilter } from '../domain/stream-filter.ts';

/** How a person is, as far as the stream goes on from there. */
export type SnapshotPerson = {
  readonly user_id: string;
  /** null before the first decision. */
  readonly mode: Mode | null;
  /** The last decision: a transition with this `seq` or a lower one says nothing new. */
  readonly seq: number;
  readonly updated_at: Date | null;
} & Awaited<ReturnType<LoadStanding>>;

/** For those who follow more persons than are listed: how many are in each mode, and where all of them are. */
export type SnapshotCounts = {
  readonly counts: Readonly<Record<string, number>>;
  readonly more: '/users';
};

export type Snapshot = { readonly users: readonly SnapshotPerson[] } | SnapshotCounts;

export type LoadSnapshot = (filter: StreamFilter) => Promise<Snapshot>;

type Deps = {
  readonly query: Query;
  readonly vault: Vault;
  readonly feed: Pick<Feed, 'latest'>;
  readonly loadStanding: LoadStanding;
};

/** Persons beyond whom only counts are shown. */
const mostPersons = 50;
/** Snapshots that are read at a time: after a restart all subscribers come at once. */
const atOnce = 4;
const countsFreshMs = 5_000;

/**
 * What a stream begins with. A state in the database is at least as new as the transitions on the topic; of the readings the
 * database may lack the very latest, which the gateway itself has read.
 */
export function createLoadSnapshot({ query, vault, feed, loadStanding }: Deps): LoadSnapshot {
  const inTurn = createTurns(atOnce);
  let counts: { readonly at: number; readonly value: Promise<SnapshotCounts> } | undefined;

  async function countAll(): Promise<SnapshotCounts> {
    const rows = await query<{ mode: Mode | null; persons: number }>(
      'select mode, count(*)::int4 persons from public.neuros_checkpoints group by mode',
    );
    return {
      counts: Object.fromEntries(rows.map(({ mode, persons }) => [mode ?? 'none', persons])),
      more: '/users',
    };
  }

  async function statesOf(subjects: readonly LiveSubject[]) {
    const ids = uuidArray(subjects.map(({ subjectId }) => subjectId));
    const rows = await query<{ thread_id: string; mode: Mode | null; seq: number; updated_at: Date }>(
      'select thread_id, mode, seq, updated_at from public.neuros_checkpoints where thread_id = any($1::uuid[])',
      [ids],
    );
    return new Map(rows.map((row) => [row.thread_id, row]));
  }

  async function personsOf(users: ReadonlySet<string>): Promise<Snapshot> {
    const known = await vault.find(users);
    const subjects = [...known.values()].filter((subject) => !subject.erased);
    const states = await statesOf(subjects);
    const persons: SnapshotPerson[] = [];
    for (const userId of users) {
      const subject = subjects.find((one) => one.userId === userId);
      const state = subject && states.get(subject.subjectId);
      const live = feed
        .latest(new Set([userId]))
        .flatMap((frame) => (frame.kind === 'event' ? [biometricEventSchema.parse(readBody(frame))] : []));
      const standing = await loadStanding(subject, live);
      persons.push({
        user_id: userId,
        mode: state?.mode ?? null,
        seq: state?.seq ?? 0,
        updated_at: state?.updated_at ?? null,
        ...standing,
      });
    }
    return { users: persons };
  }

  return async function loadSnapshot({ users }) {
    if (users !== undefined && users.size <= mostPersons) return inTurn(() => personsOf(users));
    const now = performance.now();
    if (counts === undefined || now - counts.at > countsFreshMs) {
      const value = countAll();
      counts = { at: now, value };
      value.catch(() => (counts = undefined));
    }
    return counts.value;
  };
}

/** Runs so many at a time; the others wait for their turn. */
function createTurns(most: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async function inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await run();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
