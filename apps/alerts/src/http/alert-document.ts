import { utc, type Alert } from '@bridge/contracts';
import {
  episodeDetails,
  episodeSeverity,
  evidenceOf,
  reasonOf,
  resolvedAtOf,
  statusOf,
  type Episode,
} from '../episodes/domain/episode.ts';
import type { Hold } from '../notifications/domain/notification-plan.ts';

/** An episode as the API shows it. @param hold Why nobody is told of it at present. */
export function alertDocument(episode: Episode, hold?: Hold): Alert {
  const { acknowledged, closed, reported } = episode;
  const { transitionId } = reported.newest;
  const reason = reasonOf(episode);
  const resolvedAt = resolvedAtOf(episode);
  return {
    alert_id: episode.alertId,
    user_id: episode.userId,
    kind: episode.kind,
    status: statusOf(episode),
    severity: episodeSeverity(episode),
    opened_at: utc(episode.openedAt),
    updated_at: utc(episode.updatedAt),
    resolved_at: resolvedAt === null ? null : utc(resolvedAt),
    version: episode.version,
    source: episode.source,
    evidence: evidenceOf(episode),
    ...(transitionId !== undefined && { transition_id: transitionId }),
    ...(acknowledged !== null && {
      acknowledged: {
        by: acknowledged.by,
        at: utc(acknowledged.at),
        until: acknowledged.until === null ? null : utc(acknowledged.until),
      },
    }),
    ...(hold !== undefined && { hold: holdDocument(hold) }),
    ...(closed?.comment !== undefined && { comment: closed.comment }),
    ...episodeDetails(episode),
    ...(reason !== undefined && { reason }),
  };
}

function holdDocument({ reason, since, by, until }: Hold) {
  return {
    reason,
    since: utc(since),
    ...(by !== undefined && { by }),
    ...(until !== undefined && { until: utc(until) }),
  };
}
