import { operatorsUserId } from '@bridge/contracts';
import {
  byteaArray,
  textArray,
  timestamptzArray,
  uuidArray,
  type Query,
  type Statement,
} from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { Episode } from '../../episodes/domain/episode.ts';
import { episodeColumns, unsealEpisode, type EpisodeRow } from '../../episodes/rows/episode-rows.ts';
import type { Ledger } from '../domain/notification-plan.ts';
import { notifiedPerson } from '../domain/notified-person.ts';

/** A person whose notifications are due, locked until the transaction ends. */
export type GroupRow = {
  readonly subjectId: string;
  /** undefined: the person was erased; then there are no episodes either. */
  readonly person: LiveSubject | undefined;
  readonly isOperators: boolean;
  readonly ledger: Ledger;
  /** Open ones, and ended ones that the ledger still names. */
  readonly episodes: readonly Episode[];
  /** By alert and channel the last step that was told, of open alerts that the ledger does not name. */
  readonly stepsBefore: ReadonlyMap<string, Readonly<Record<string, number>>>;
};

export type GroupSave = {
  readonly subjectId: string;
  readonly ledger: Ledger;
  /** Milliseconds since 1970; null: nothing is due. */
  readonly dueAt: number | null;
};

export type DueGroups = {
  claim(query: Query, options: { readonly now: number; readonly limit: number }): Promise<GroupRow[]>;
  /** Open alerts of the bridge's operators. */
  operatorEpisodes(query: Query): Promise<Episode[]>;
  save(groups: readonly GroupSave[]): Statement;
  /** Everybody with open alerts is planned again, because the configuration changed. */
  readonly everybodyDue: (query: Query) => Promise<void>;
  /** Of the person's alert that changed last, where its signals named one. */
  timeZoneOf(query: Query, subjectId: string): Promise<string | undefined>;
  /** When the next person is due; null: nobody is. */
  nextDue(query: Query): Promise<number | null>;
};

export function createDueGroups(vault: Pick<Vault, 'byId' | 'find'>): DueGroups {
  return {
    async claim(query, { now, limit }) {
      const rows = await query<{ subjectId: string; ledger: Ledger }>(
        `select subject_id "subjectId", ledger from alerts.notification_groups
          where due_at <= to_timestamp($1 / 1000.0) order by due_at limit $2 for update skip locked`,
        [now, limit],
      );
      if (rows.length === 0) return [];
      const people = await vault.byId(rows.map(({ subjectId }) => subjectId));
      const episodes = await loadEpisodes(query, people, rows);
      const steps = await loadSteps(query, [...episodes.values()].flat(), rows);
      return rows.map(({ subjectId, ledger }) => {
        const person = people.get(subjectId);
        const isReadable = person !== undefined && !person.erased;
        return {
          subjectId,
          person: isReadable ? person : undefined,
          isOperators: isReadable && person.userId === operatorsUserId,
          ledger,
          episodes: episodes.get(subjectId) ?? [],
          stepsBefore: steps,
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
      return rows.map((row) => unsealEpisode(row, person));
    },
    save: (groups) => ({
      name: 'save-notification-groups',
      text: `update alerts.notification_groups g set due_at = s.due_at, ledger = s.ledger::jsonb
               from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as s(subject_id, due_at, ledger)
              where g.subject_id = s.subject_id`,
      values: [
        uuidArray(groups.map(({ subjectId }) => subjectId)),
        timestamptzArray(groups.map(({ dueAt }) => dueAt)),
        textArray(groups.map(({ ledger }) => JSON.stringify(ledger))),
      ],
    }),
    async everybodyDue(query) {
      // Locked in the order in which signals lock them.
      await query(
        `with open as (
           select subject_id from alerts.notification_groups g
            where exists (select 1 from alerts.episodes e where e.subject_id = g.subject_id and e.status <> 'resolved')
            order by subject_id for update)
         update alerts.notification_groups g set due_at = now() from open where g.subject_id = open.subject_id`,
      );
    },
    async timeZoneOf(query, subjectId) {
      const person = (await vault.byId([subjectId])).get(subjectId);
      if (person === undefined || person.erased) return undefined;
      const rows = await query<EpisodeRow>(
        `select ${episodeColumns} from alerts.episodes where subject_id = $1 order by opened_at desc limit 20`,
        [subjectId],
      );
      const episodes = rows.map((row) => unsealEpisode(row, person));
      return notifiedPerson(person, episodes, new Set()).timeZone;
    },
    async nextDue(query) {
      const [row] = await query<{ dueAt: number | null }>(
        `select (extract(epoch from min(due_at)) * 1000)::float8 "dueAt" from alerts.notification_groups`,
      );
      return row?.dueAt ?? null;
    },
  };
}

/** By subject id. One statement for all persons, however many alerts they have. */
async function loadEpisodes(
  query: Query,
  people: Awaited<ReturnType<Vault['byId']>>,
  groups: readonly { readonly subjectId: string; readonly ledger: Ledger }[],
): Promise<Map<string, Episode[]>> {
  const named = groups.flatMap(({ ledger }) => Object.keys(ledger.alerts));
  const rows = await query<EpisodeRow>(
    `select ${episodeColumns} from alerts.episodes
      where subject_id = any($1::uuid[]) and status <> 'resolved' or alert_id = any($2::bytea[])
      order by alert_id`,
    [uuidArray(groups.map(({ subjectId }) => subjectId)), byteaArray(named)],
  );
  const bySubject = new Map<string, Episode[]>();
  for (const row of rows) {
    const person = people.get(row.subjectId);
    if (person === undefined || person.erased) continue;
    const own = bySubject.get(row.subjectId);
    const episode = unsealEpisode(row, person);
    if (own === undefined) bySubject.set(row.subjectId, [episode]);
    else own.push(episode);
  }
  return bySubject;
}

/** The ledger forgets an alert whose end was told; one that is opened again goes on counting its steps. */
async function loadSteps(
  query: Query,
  episodes: readonly Episode[],
  groups: readonly { readonly ledger: Ledger }[],
): Promise<Map<string, Record<string, number>>> {
  const named = new Set(groups.flatMap(({ ledger }) => Object.keys(ledger.alerts)));
  const others = episodes.filter(({ alertId }) => !named.has(alertId)).map(({ alertId }) => alertId);
  if (others.length === 0) return new Map();
  const rows = await query<{ alertId: string; channel: string; step: number }>(
    `select encode(alert_id, 'hex') "alertId", channel, max(step) step from alerts.delivery_steps
      where alert_id = any($1::bytea[]) group by alert_id, channel`,
    [byteaArray(others)],
  );
  const steps = new Map<string, Record<string, number>>();
  for (const { alertId, channel, step } of rows) {
    steps.set(alertId, { ...steps.get(alertId), [channel]: step });
  }
  return steps;
}
