import { operatorsUserId } from '@bridge/contracts';
import {
  milliseconds,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
  type Query,
  type Statement,
} from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { Episode } from '../../episodes/domain/episode.ts';
import { episodeColumns, readEpisode, type EpisodeRow } from '../../episodes/rows/episode-rows.ts';
import type { NoteUnreadable } from '../../unreadable-rows.ts';
import type { Ledger } from '../domain/notification-plan.ts';
import { notifiedPerson } from '../domain/notified-person.ts';
import { readLedger } from './ledger-rows.ts';

/** A person whose notifications are due, with everything that the plan depends on. */
export type GroupRow = {
  readonly subjectId: string;
  readonly ledger: Ledger;
  /** How often the person was made due by then. */
  readonly changes: number;
  /** When the first change came that no plan has seen, in milliseconds since 1970; null: none did. */
  readonly changedAt: number | null;
  /** undefined: the person was erased; then there are no episodes either. */
  readonly person: LiveSubject | undefined;
  readonly isOperators: boolean;
  /** Open ones, and ended ones that the ledger still names. */
  readonly episodes: readonly Episode[];
  /** Ids of such alerts whose rows are damaged. */
  readonly unreadable: readonly string[];
  /** By alert and channel the last step that was told, of open alerts that the ledger does not name. */
  readonly stepsBefore: ReadonlyMap<string, Readonly<Record<string, number>>>;
};

export type GroupSave = Pick<GroupRow, 'subjectId' | 'ledger' | 'changes'> & {
  /** Milliseconds since 1970; null: nothing is due. */
  readonly dueAt: number | null;
};

export type DueGroups = {
  /** Subject ids of persons who are due. No other process plans them until the transaction ends. */
  claim(query: Query, options: { readonly now: number; readonly limit: number }): Promise<string[]>;
  /** Those of the claimed persons who are still due: another process may have planned one just before the claim. */
  load(query: Query, claimed: readonly string[], now: number): Promise<GroupRow[]>;
  /** Open alerts of the bridge's operators. */
  operatorEpisodes(query: Query): Promise<Episode[]>;
  /** A person who was made due since the claim is due when those changes are. */
  save(groups: readonly GroupSave[]): Statement;
  /** Everybody with open alerts, or with ends that are not told, is planned again, because the configuration changed. */
  readonly everybodyDue: (query: Query) => Promise<void>;
  /** Of the person's alert that changed last, where its signals named one. */
  timeZoneOf(query: Query, subjectId: string): Promise<string | undefined>;
  /** When the next person is due, apart from these; null: nobody is. */
  nextDue(query: Query, except: readonly string[]): Promise<number | null>;
};

/** So many persons times the limit are looked at, for those that other processes plan. */
const claimWindow = 5;

/** A lock beside the rows: signals go on to make a person due who is being planned. */
const claimText = `
  with due as materialized (
    select subject_id from alerts.notification_groups where due_at <= to_timestamp($1 / 1000.0)
     order by due_at limit $2)
  select subject_id "subjectId" from due
   where pg_try_advisory_xact_lock(hashtextextended('notifications ' || subject_id::text, 0)) limit $3`;

type Deps = { readonly vault: Pick<Vault, 'byId' | 'find'>; readonly noteUnreadable: NoteUnreadable };

/** Ids of alerts that the ledgers of the persons in $1 name; one that has another form names none. */
const namedAlerts = `
  select decode(k.id, 'hex') from alerts.notification_groups g
   cross join lateral jsonb_object_keys(case when jsonb_typeof(g.ledger -> 'alerts') = 'object'
                                             then g.ledger -> 'alerts' else '{}' end) k(id)
   where g.subject_id = any($1::uuid[]) and k.id ~ '^[0-9a-f]{32}$'`;

export function createDueGroups(deps: Deps): DueGroups {
  const { vault, noteUnreadable } = deps;
  return {
    async claim(query, { now, limit }) {
      const rows = await query<{ subjectId: string }>(claimText, [now, limit * claimWindow, limit]);
      return rows.map(({ subjectId }) => subjectId);
    },
    async load(query, claimed, now) {
      if (claimed.length === 0) return [];
      // All at once on one connection, which runs them in this order: an alert that comes in between makes its person due again.
      const [people, groups, rows, steps] = await Promise.all([
        vault.byId(claimed),
        loadGroups({ query, noteUnreadable }, claimed, now),
        loadEpisodes(query, claimed),
        loadSteps(query, claimed),
      ]);
      const alerts = alertsByPerson(rows, people, noteUnreadable);
      // The ledger forgets an alert whose end was told; one that is opened again goes on counting its steps.
      const named = new Set(groups.flatMap(({ ledger }) => Object.keys(ledger.alerts)));
      const stepsBefore = new Map([...steps].filter(([alertId]) => !named.has(alertId)));
      return groups.map((group) => {
        const { subjectId } = group;
        const person = people.get(subjectId);
        const isReadable = person !== undefined && !person.erased;
        return {
          ...group,
          person: isReadable ? person : undefined,
          isOperators: isReadable && person.userId === operatorsUserId,
          ...(alerts.get(subjectId) ?? noAlerts),
          stepsBefore,
        };
      });
    },
    async operatorEpisodes(query) {
      const person = (await vault.find([operatorsUserId])).get(operatorsUserId);
      if (person === undefined || person.erased) return [];
      const rows = await query<EpisodeRow>(
        `select ${episodeColumns} from alerts.episodes where subject_id = $1 and status <> 'resolved'`,
        [person.subjectId],
      );
      return rows.flatMap((row) => readEpisode(row, person, noteUnreadable) ?? []);
    },
    save: saveGroups,
    async everybodyDue(query) {
      // Locked in the order in which signals lock them.
      await query(
        `with open as (
           select subject_id from alerts.notification_groups g
            where g.ledger -> 'alerts' <> '{}'
               or exists (select 1 from alerts.episodes e where e.subject_id = g.subject_id and e.status <> 'resolved')
            order by subject_id for update)
         update alerts.notification_groups g set due_at = least(g.due_at, now()), changes = g.changes + 1,
             changes_due_at = least(g.changes_due_at, now())
           from open where g.subject_id = open.subject_id`,
      );
    },
    async timeZoneOf(query, subjectId) {
      const person = (await vault.byId([subjectId])).get(subjectId);
      if (person === undefined || person.erased) return undefined;
      const rows = await query<EpisodeRow>(
        `select ${episodeColumns} from alerts.episodes where subject_id = $1 order by opened_at desc limit 20`,
        [subjectId],
      );
      const episodes = rows.flatMap((row) => readEpisode(row, person, noteUnreadable) ?? []);
      return notifiedPerson(person, episodes, new Set()).timeZone;
    },
    async nextDue(query, except) {
      const [row] = await query<{ dueAt: number | null }>(
        `select ${milliseconds('min(due_at)')} "dueAt" from alerts.notification_groups
          where subject_id <> all($1::uuid[])`,
        [uuidArray(except)],
      );
      return row?.dueAt ?? null;
    },
  };
}

function saveGroups(groups: readonly GroupSave[]): Statement {
  return {
    name: 'save-notification-groups',
    text: `with given as (
               select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::int8[])
                 as s(subject_id, due_at, ledger, changes)),
             locked as (
               select g.subject_id, g.changes from alerts.notification_groups g join given using (subject_id)
                order by g.subject_id for update of g)
             update alerts.notification_groups g
                set due_at = case when l.changes = s.changes then s.due_at else least(g.changes_due_at, s.due_at) end,
                    changed_at = case when l.changes = s.changes then null else g.changed_at end,
                    changes_due_at = null,
                    ledger = s.ledger::jsonb
               from given s join locked l using (subject_id)
              where g.subject_id = s.subject_id`,
    values: [
      uuidArray(groups.map(({ subjectId }) => subjectId)),
      timestamptzArray(groups.map(({ dueAt }) => dueAt)),
      textArray(groups.map(({ ledger }) => JSON.stringify(ledger))),
      int8Array(groups.map(({ changes }) => changes)),
    ],
  };
}

type ReadDeps = { readonly query: Query; readonly noteUnreadable: NoteUnreadable };

/** Only once the claim has its answer: whoever held a lock before may have saved since its statement began. */
async function loadGroups({ query, noteUnreadable }: ReadDeps, claimed: readonly string[], now: number) {
  const rows = await query<{ subjectId: string; ledger: unknown; changes: number; changedAt: number | null }>(
    `select subject_id "subjectId", ledger, changes::float8 changes,
            ${milliseconds('changed_at')} "changedAt" from alerts.notification_groups
      where subject_id = any($2::uuid[]) and due_at <= to_timestamp($1 / 1000.0) order by due_at`,
    [now, uuidArray(claimed)],
  );
  return rows.map((row) => ({ ...row, ledger: readLedger(row, noteUnreadable) }));
}

/** Open ones, and those that ledgers name. One statement for all persons, however many alerts they have. */
function loadEpisodes(query: Query, claimed: readonly string[]): Promise<EpisodeRow[]> {
  return query<EpisodeRow>(
    `select ${episodeColumns} from alerts.episodes
      where subject_id = any($1::uuid[]) and status <> 'resolved' or alert_id = any(array(${namedAlerts}))
      order by alert_id`,
    [uuidArray(claimed)],
  );
}

/** By alert and channel, of open alerts. */
async function loadSteps(
  query: Query,
  claimed: readonly string[],
): Promise<Map<string, Record<string, number>>> {
  const rows = await query<{ alertId: string; channel: string; step: number }>(
    `select encode(alert_id, 'hex') "alertId", channel, max(step) step from alerts.delivery_steps
      where alert_id = any(array(
              select alert_id from alerts.episodes where subject_id = any($1::uuid[]) and status <> 'resolved'))
      group by alert_id, channel`,
    [uuidArray(claimed)],
  );
  const steps = new Map<string, Record<string, number>>();
  for (const { alertId, channel, step } of rows) {
    steps.set(alertId, { ...steps.get(alertId), [channel]: step });
  }
  return steps;
}

type StoredAlerts = Pick<GroupRow, 'episodes' | 'unreadable'>;

const noAlerts: StoredAlerts = { episodes: [], unreadable: [] };

/** By subject id. */
function alertsByPerson(
  rows: readonly EpisodeRow[],
  people: Awaited<ReturnType<Vault['byId']>>,
  noteUnreadable: NoteUnreadable,
): Map<string, StoredAlerts> {
  const bySubject = Map.groupBy(rows, ({ subjectId }) => subjectId);
  return new Map(
    [...bySubject].flatMap(([subjectId, own]): [string, StoredAlerts][] => {
      const person = people.get(subjectId);
      if (person === undefined || person.erased) return [];
      const read = own.map((row) => ({ row, episode: readEpisode(row, person, noteUnreadable) }));
      const episodes = read.flatMap(({ episode }) => episode ?? []);
      const damaged = read.filter(({ episode }) => episode === undefined);
      return [[subjectId, { episodes, unreadable: damaged.map(({ row }) => row.alertId.toString('hex')) }]];
    }),
  );
}
