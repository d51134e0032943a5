import { utc, type Alert } from '@bridge/contracts';
import type { Episode } from '../episodes/domain/episode.ts';

/** An episode as the API shows it. */
export function alertDocument(episode: Episode): Alert {
  return {
    alert_id: episode.alertId,
    user_id: episode.userId,
    kind: episode.kind,
    status: episode.status,
    severity: episode.severity,
    opened_at: utc(episode.openedAt),
    updated_at: utc(episode.updatedAt),
    resolved_at: episode.resolvedAt === null ? null : utc(episode.resolvedAt),
    version: episode.version,
    source: episode.source,
    evidence: episode.evidence,
    ...episode.details,
  };
}
