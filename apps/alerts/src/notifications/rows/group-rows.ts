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
import { emptyLedger, type Ledger } from '../domain/notification-plan.ts';

/** A person whose notifications are due, locked until the transaction ends. */
export type GroupRow = {
  readonly subjectId: string;
  /** undefined: the person was erased; then there are no episodes either. */
  readonly person: LiveSubject | undefined;
  readonly isOperators: boolean;
  readonly ledger: Ledger;
  /** Open ones, and ended ones that the ledger still names. */
  readonly episodes: readonly Episode[];
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
      return rows.map(({ subjectId, ledger }) => {
        const person = people.get(subjectId);
        const isReadable = person !== undefined && !person.erased;
        return {
          subjectId,
          person: isReadable ? person : undefined,
          isOperators: isReadable && person.userId === operatorsUserId,
          ledger: isReadable ? ledger : emptyLedger,
          episodes: episodes.get(subjectId) ?? [],
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
    [
      uuidArray(groups.map(({ subjectId }) => subjectId)),
      byteaArray(named.map((id) => Buffer.from(id, 'hex'))),
    ],
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
