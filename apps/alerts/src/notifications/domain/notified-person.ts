import type { Language } from '@bridge/contracts';
import type { LiveSubject } from '@bridge/vault';
import { episodeDetails, type Episode } from '../../episodes/domain/episode.ts';
import type { NotifiedPerson } from './alert-snapshot.ts';

export function notifiedPerson(
  { subjectId, userId }: Pick<LiveSubject, 'subjectId' | 'userId'>,
  episodes: readonly Episode[],
  groups: ReadonlySet<string>,
): NotifiedPerson {
  return { subjectId, userId, groups, timeZone: newest(episodes, 'time_zone') };
}

/** English unless the person's newest signal that names a language says otherwise. */
export function languageOf(episodes: readonly Episode[]): Language {
  return newest(episodes, 'language') ?? 'en';
}

/** The field of the episode that changed last, among those that have it; others' only where cognition's have none. */
function newest<Field extends 'time_zone' | 'language'>(episodes: readonly Episode[], field: Field) {
  return episodes
    .toSorted((a, b) => Number(isOthers(a)) - Number(isOthers(b)) || b.updatedAt - a.updatedAt)
    .map((episode) => episodeDetails(episode)[field])
    .find((value) => value !== undefined);
}

function isOthers({ source }: Episode): boolean {
  return source !== 'cognition';
}
