import { createHmac } from 'node:crypto';
import type { AlertStatus, ResolutionReason, Severity } from '@bridge/contracts';
import type { LiveSubject } from '@bridge/vault';
import {
  episodeDetails,
  episodeSeverity,
  firingSinceOf,
  reasonOf,
  statusOf,
  type Episode,
} from '../../episodes/domain/episode.ts';

/** An alert as the planner sees it. Times are in milliseconds since 1970. */
export type AlertSnapshot = {
  readonly alertId: string;
  readonly kind: string;
  readonly source: string;
  readonly status: AlertStatus;
  /** Why it ended, where it has. */
  readonly reason: ResolutionReason | undefined;
  readonly severity: Severity;
  /** When it began to fire, or fired again after it had ended. */
  readonly firingSince: number;
  /** Counts the changes of the episode. */
  readonly version: number;
  /** Somebody takes care of it, until a time where one was given; null: nobody does. */
  readonly acknowledged: { readonly at: number; readonly until: number | null } | null;
  /** It asks the person something. */
  readonly asksQuestion: boolean;
  /** Changes with every new summary, so that an update can be told from a repetition. */
  readonly summaryHash: string;
};

/** Whom a plan is about. */
export type NotifiedPerson = {
  readonly subjectId: string;
  readonly userId: string;
  /** Names of the groups that the person belongs to. */
  readonly groups: ReadonlySet<string>;
  /** Of the newest signal that named one; undefined: quiet hours and route hours are judged in UTC. */
  readonly timeZone: string | undefined;
};

/** @param episode Read in this transaction. */
export function alertSnapshot(episode: Episode, { key }: Pick<LiveSubject, 'key'>): AlertSnapshot {
  const { acknowledged } = episode;
  const status = statusOf(episode);
  const { question, summary } = episodeDetails(episode);
  return {
    alertId: episode.alertId,
    kind: episode.kind,
    source: episode.source,
    status,
    reason: reasonOf(episode),
    severity: episodeSeverity(episode),
    firingSince: firingSinceOf(episode),
    version: episode.version,
    acknowledged: acknowledged && { at: acknowledged.at, until: acknowledged.until },
    asksQuestion: status !== 'resolved' && question !== undefined,
    // It is kept in plain text, and a summary has so few forms that a hash without a key would give its numbers away.
    summaryHash: createHmac('sha256', key.secret())
      .update(`alert summary|${summary ?? ''}`)
      .digest('base64url')
      .slice(0, 8),
  };
}
