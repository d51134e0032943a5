import type { AlertChange, AlertStatus, Severity } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { Hold, HoldReason } from '../../notifications/domain/notification-plan.ts';
import type { NoteUnreadable } from '../../unreadable-rows.ts';
import type { Episode } from '../domain/episode.ts';
import { episodeColumns, readEpisode, type EpisodeRow } from './episode-rows.ts';
import { loadHistory } from './history-rows.ts';

/** Undefined fields restrict nothing. */
export type AlertSelection = {
  /** Whose alerts; undefined is everybody's. */
  readonly users: ReadonlySet<string> | undefined;
  readonly statuses: readonly AlertStatus[] | undefined;
  readonly severities: readonly Severity[] | undefined;
  readonly kind: string | undefined;
  /** Somebody takes care of it now. */
  readonly acknowledged: boolean | undefined;
  readonly hold: HoldReason | undefined;
  readonly limit: number;
  /** Only episodes after this one, newest first. */
  readonly after: { readonly openedAt: number; readonly alertId: string } | undefined;
};

export type ListedAlert = { readonly episode: Episode; readonly hold: Hold | undefined };

export type FoundAlert = ListedAlert & {
  /** Oldest first, the newest of them where there are very many. */
  readonly history: readonly AlertChange[];
};

type AlertPage = {
  readonly alerts: readonly ListedAlert[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: AlertSelection['after'];
};

/** Reads episodes for people. Each is recorded in `phi_access_log` first, under the accessor's name. */
export type AlertReader = {
  list(selection: AlertSelection, accessor: string): Promise<AlertPage>;
  /** Undefined if there is none, or none of a person that `maySee`. */
  get(
    alertId: string,
    maySee: (userId: string) => boolean,
    accessor: string,
  ): Promise<FoundAlert | undefined>;
};

type Row = EpisodeRow & { readonly hold: Hold | null };

const historyLimit = 200;
const columns = `${episodeColumns.replaceAll('subject_id "subjectId"', 'e.subject_id "subjectId"')},
  g.ledger #> array['alerts', encode(alert_id, 'hex'), 'hold'] hold`;
const tables = `alerts.episodes e left join alerts.notification_groups g on g.subject_id = e.subject_id`;

type Deps = {
  readonly query: Query;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

export function createAlertReader({ query, vault, noteUnreadable, now }: Deps): AlertReader {
  async function noteAccess(rows: readonly EpisodeRow[], accessor: string): Promise<void> {
    if (rows.length === 0) return;
    await query(
      `insert into phi_access_log (user_id, accessor_id, access_type, table_name, record_id)
       select user_id, $1, 'READ', 'alerts.episodes', record_id from unnest($2::text[], $3::text[]) as a(user_id, record_id)`,
      [accessor, rows.map(({ subjectId }) => subjectId), rows.map(({ alertId }) => alertId.toString('hex'))],
    );
  }

  return {
    async list({ users, limit, after, ...selection }, accessor) {
      const { statuses, severities, kind, acknowledged, hold } = selection;
      const subjects = users && (await vault.find(users));
      const rows = await query<Row>(
        `select ${columns} from ${tables}
          where ($1::uuid[] is null or e.subject_id = any($1)) and ($2::text[] is null or status = any($2))
            and ($3::text[] is null or severity = any($3)) and ($4::text is null or kind = $4)
            and ($5::boolean is null
                 or (acknowledged and coalesce(acknowledged_until > to_timestamp($10 / 1000.0), true)) = $5)
            and ($6::text is null or status <> 'resolved'
                 and g.ledger #>> array['alerts', encode(alert_id, 'hex'), 'hold', 'reason'] = $6)
            and ($7::float8 is null or (opened_at, alert_id) < (to_timestamp($7 / 1000.0), $8::bytea))
          order by opened_at desc, alert_id desc limit $9`,
        [
          subjects && [...subjects.values()].map(({ subjectId }) => subjectId),
          statuses,
          severities,
          kind,
          acknowledged,
          hold,
          after?.openedAt,
          after && Buffer.from(after.alertId, 'hex'),
          limit + 1,
          now(),
        ],
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      await noteAccess(page, accessor);
      const people = await vault.byId(new Set(page.map(({ subjectId }) => subjectId)));
      return {
        // Episodes of erased persons are left out, and damaged ones: they cannot be unsealed.
        alerts: page.flatMap((row) => {
          const person = people.get(row.subjectId);
          if (person === undefined || person.erased) return [];
          const episode = readEpisode(row, person, noteUnreadable);
          return episode === undefined ? [] : [{ episode, hold: row.hold ?? undefined }];
        }),
        next: last && { openedAt: last.openedAt, alertId: last.alertId.toString('hex') },
      };
    },

    async get(alertId, maySee, accessor) {
      const [row] = await query<Row>(`select ${columns} from ${tables} where alert_id = $1`, [
        Buffer.from(alertId, 'hex'),
      ]);
      const person = row && (await vault.byId([row.subjectId])).get(row.subjectId);
      if (row === undefined || person === undefined || person.erased || !maySee(person.userId))
        return undefined;
      await noteAccess([row], accessor);
      const episode = readEpisode(row, person, noteUnreadable);
      if (episode === undefined) return undefined;
      const history = await loadHistory({ query, noteUnreadable }, alertId, person, historyLimit);
      return { episode, hold: row.hold ?? undefined, history };
    },
  };
}
