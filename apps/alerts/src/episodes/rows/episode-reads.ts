import { byteaArray, type Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { NoteUnreadable } from '../../unreadable-rows.ts';
import type { Episode } from '../domain/episode.ts';
import { episodeColumns, readEpisode, type EpisodeRow } from './episode-rows.ts';

/** An episode that this transaction has locked, with its person. Of an erased person nothing can be read. */
export type LockedEpisode =
  | { readonly kind: 'readable'; readonly episode: Episode; readonly person: LiveSubject }
  /** `unreadable`: the row is damaged. */
  | { readonly kind: 'erased' | 'unreadable' };

export type EpisodeReaderDeps = {
  readonly query: Query;
  readonly vault: Pick<Vault, 'byId'>;
  readonly noteUnreadable: NoteUnreadable;
};

/** Locks episodes, in the order of their ids, until the transaction ends. By alert id. */
export async function lockEpisodes(
  { query, vault, noteUnreadable }: EpisodeReaderDeps,
  alertIds: Iterable<string>,
): Promise<Map<string, LockedEpisode>> {
  const ids = [...new Set(alertIds)].map((id) => Buffer.from(id, 'hex'));
  if (ids.length === 0) return new Map();
  const rows = await query<EpisodeRow>(
    `select ${episodeColumns} from alerts.episodes where alert_id = any($1::bytea[]) order by alert_id for update`,
    [byteaArray(ids)],
  );
  const owners = await vault.byId(rows.map(({ subjectId }) => subjectId));
  return new Map(
    rows.map((row): [string, LockedEpisode] => {
      const person = owners.get(row.subjectId);
      const isReadable = person !== undefined && !person.erased;
      const alertId = row.alertId.toString('hex');
      if (!isReadable) return [alertId, { kind: 'erased' }];
      const episode = readEpisode(row, person, noteUnreadable);
      return [
        alertId,
        episode === undefined ? { kind: 'unreadable' } : { kind: 'readable', episode, person },
      ];
    }),
  );
}

/** Without a lock; undefined where there is none, or none that can be read. */
export async function findEpisode(
  { query, vault, noteUnreadable }: EpisodeReaderDeps,
  alertId: string,
): Promise<Episode | undefined> {
  const [row] = await query<EpisodeRow>(`select ${episodeColumns} from alerts.episodes where alert_id = $1`, [
    Buffer.from(alertId, 'hex'),
  ]);
  const person = row && (await vault.byId([row.subjectId])).get(row.subjectId);
  return row === undefined || person === undefined || person.erased
    ? undefined
    : readEpisode(row, person, noteUnreadable);
}
