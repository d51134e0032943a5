import { utc, type Alert, type AlertDetail } from '@bridge/contracts';
import { deliveryDocument } from '../deliveries/routes/delivery-document.ts';
import type { ListedDelivery } from '../deliveries/rows/delivery-list.ts';
import {
  episodeDetails,
  episodeSeverity,
  evidenceOf,
  reasonOf,
  resolvedAtOf,
  statusOf,
  type Episode,
} from '../episodes/domain/episode.ts';
import type { FoundAlert } from '../episodes/rows/alert-reader.ts';
import type { Hold } from '../notifications/domain/notification-plan.ts';

/**
 * An episode as the API shows it at a time, in milliseconds since 1970: a snooze that has ended is no acknowledgement.
 *
 * @param hold Why nobody is told of it at present.
 */
export function alertDocument(episode: Episode, hold: Hold | undefined, now: number): Alert {
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
    ...(acknowledged !== null &&
      (acknowledged.until ?? Infinity) > now && {
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

/** One alert with its history, its newest deliveries, and the transition that explains it. */
export function alertDetailDocument(
  { episode, hold, history }: FoundAlert,
  deliveries: readonly ListedDelivery[],
  now: number,
): AlertDetail {
  const alert = alertDocument(episode, hold, now);
  const { transition_id } = alert;
  return {
    ...alert,
    history: history.map(({ change, at, from, to, severity, summary, reason, by, comment }) => ({
      change: change ?? 'updated',
      at,
      from,
      to,
      severity,
      ...(summary !== undefined && { summary }),
      ...(reason !== undefined && { reason }),
      ...(by !== undefined && { by }),
      ...(comment !== undefined && { comment }),
    })),
    deliveries: deliveries.map(deliveryDocument),
    ...(transition_id !== undefined && { decision: { transition_id } }),
  };
}
