import { byteaArray, type Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { Episode } from '../domain/episode.ts';
import { episodeColumns, unsealEpisode, type EpisodeRow } from './episode-rows.ts';

/** An episode that this transaction has locked, with its person; of an erased person nothing can be read. */
export type LockedEpisode =
  | { readonly kind: 'readable'; readonly episode: Episode; readonly person: LiveSubject }
  | { readonly kind: 'unreadable' };

/** Locks episodes, in the order of their ids, until the transaction ends. By alert id. */
export async function lockEpisodes(
  query: Query,
  vault: Pick<Vault, 'byId'>,
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
      if (!isReadable) return [alertId, { kind: 'unreadable' }];
      return [alertId, { kind: 'readable', episode: unsealEpisode(row, person), person }];
    }),
  );
}
