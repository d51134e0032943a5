import type { Announcement } from '@bridge/delivery';
import type { Statement } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import { makeGroupsDue } from '../../notifications/rows/due-groups.ts';
import { episodeSeverity, type Episode } from '../domain/episode.ts';
import { alertChange, type EpisodeChange } from '../domain/episode-change.ts';
import type { AnnounceChange } from './change-messages.ts';
import { writeEpisodes } from './episode-rows.ts';
import { writeHistory } from './history-rows.ts';

export type ChangeWritesDeps = {
  readonly announceChange: AnnounceChange;
  readonly now: () => number;
  /** How long notifications about a change that is not critical may wait, at the least; milliseconds. */
  readonly shortestWaitMs: () => number;
};

export type ChangeWrites = {
  readonly statements: readonly Statement[];
  readonly announcements: readonly Announcement[];
};

/**
 * The rows and messages of changes, in the order in which every process locks rows: episodes, history, notification groups.
 * Each episode is written once, as its last change left it.
 */
export function composeChanges(
  deps: ChangeWritesDeps,
  changes: readonly EpisodeChange[],
  personOf: (userId: string) => LiveSubject,
): ChangeWrites {
  if (changes.length === 0) return { statements: [], announcements: [] };
  const at = deps.now();
  const history = changes.map((change) => ({
    change: alertChange(change),
    version: change.after.version,
    at,
    person: personOf(change.after.userId),
  }));
  return {
    statements: [
      writeEpisodes(episodeWrites(changes, personOf)),
      writeHistory(history),
      makeGroupsDue(dueGroups(changes, personOf, { at, shortestWaitMs: deps.shortestWaitMs() })),
    ],
    announcements: history.map(({ change, person }, place) =>
      deps.announceChange(change, changes[place]?.traceparent, person),
    ),
  };
}

function episodeWrites(changes: readonly EpisodeChange[], personOf: (userId: string) => LiveSubject) {
  const first = new Map<string, number>();
  const last = new Map<string, Episode>();
  for (const { before, after } of changes) {
    if (!first.has(after.alertId)) first.set(after.alertId, before?.version ?? 0);
    last.set(after.alertId, after);
  }
  return [...last.values()].map((episode) => ({
    episode,
    fromVersion: first.get(episode.alertId) ?? 0,
    person: personOf(episode.userId),
  }));
}

/** A critical alert and a person's action are told at once. */
function dueGroups(
  changes: readonly EpisodeChange[],
  personOf: (userId: string) => LiveSubject,
  { at, shortestWaitMs }: { readonly at: number; readonly shortestWaitMs: number },
) {
  const bySubject = new Map<string, number>();
  for (const { after, event } of changes) {
    const { subjectId } = personOf(after.userId);
    const isUrgent = event.type === 'acted' || episodeSeverity(after) === 'critical';
    const dueAt = isUrgent ? at : at + shortestWaitMs;
    bySubject.set(subjectId, Math.min(dueAt, bySubject.get(subjectId) ?? dueAt));
  }
  return [...bySubject].map(([subjectId, dueAt]) => ({ subjectId, changedAt: at, dueAt }));
}
