import type { AlertStatus } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { Episode } from '../domain/episode.ts';
import { episodeColumns, unsealEpisode, type EpisodeRow } from './episode-rows.ts';

type AlertSelection = {
  /** Whose alerts; undefined is everybody's. */
  readonly users: ReadonlySet<string> | undefined;
  /** Of which status; undefined is any. */
  readonly statuses: readonly AlertStatus[] | undefined;
  readonly limit: number;
  /** Only episodes after this one, newest first. */
  readonly after: { readonly openedAt: number; readonly alertId: string } | undefined;
};

type AlertPage = {
  readonly episodes: readonly Episode[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: AlertSelection['after'];
};

/** Reads episodes for people. Each is recorded in `phi_access_log` first, under the accessor's name. */
export type AlertReader = {
  list(selection: AlertSelection, accessor: string): Promise<AlertPage>;
  /** Undefined if there is none, or none of a person that `maySee`. */
  get(alertId: string, maySee: (userId: string) => boolean, accessor: string): Promise<Episode | undefined>;
};

export function createAlertReader({ query, vault }: { query: Query; vault: Vault }): AlertReader {
  /** Episodes of erased persons are left out: they cannot be unsealed. */
  async function unseal(rows: readonly EpisodeRow[]): Promise<Episode[]> {
    const people = await vault.byId(new Set(rows.map(({ subjectId }) => subjectId)));
    return rows.flatMap((row) => {
      const person = people.get(row.subjectId);
      return person === undefined || person.erased ? [] : [unsealEpisode(row, person)];
    });
  }

  async function noteAccess(rows: readonly EpisodeRow[], accessor: string): Promise<void> {
    if (rows.length === 0) return;
    await query(
      `insert into phi_access_log (user_id, accessor_id, access_type, table_name, record_id)
       select user_id, $1, 'READ', 'alerts.episodes', record_id from unnest($2::text[], $3::text[]) as a(user_id, record_id)`,
      [accessor, rows.map(({ subjectId }) => subjectId), rows.map(({ alertId }) => alertId.toString('hex'))],
    );
  }

  return {
    async list({ users, statuses, limit, after }, accessor) {
      const subjects = users && (await vault.find(users));
      const rows = await query<EpisodeRow>(
        `select ${episodeColumns} from alerts.episodes
          where ($1::uuid[] is null or subject_id = any($1)) and ($2::text[] is null or status = any($2))
            and ($3::float8 is null or (opened_at, alert_id) < (to_timestamp($3 / 1000.0), $4::bytea))
          order by opened_at desc, alert_id desc limit $5`,
        [
          subjects && [...subjects.values()].map(({ subjectId }) => subjectId),
          statuses,
          after?.openedAt,
          after && Buffer.from(after.alertId, 'hex'),
          limit + 1,
        ],
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      await noteAccess(page, accessor);
      return {
        episodes: await unseal(page),
        next: last && { openedAt: last.openedAt, alertId: last.alertId.toString('hex') },
      };
    },

    async get(alertId, maySee, accessor) {
      const rows = await query<EpisodeRow>(
        `select ${episodeColumns} from alerts.episodes where alert_id = $1`,
        [Buffer.from(alertId, 'hex')],
      );
      const [episode] = await unseal(rows);
      if (episode === undefined || !maySee(episode.userId)) return undefined;
      await noteAccess(rows, accessor);
      return episode;
    },
  };
}
