import type { AlertStateSignal, AlertStatus, Evidence, Severity } from '@bridge/contracts';
import { deadLetter, drop, ok, type Outcome } from '@bridge/core';

/** One alert of one person from firing to resolved. Times are in milliseconds since 1970. */
export type Episode = {
  readonly alertId: string;
  readonly userId: string;
  readonly kind: string;
  readonly source: string;
  readonly status: AlertStatus;
  readonly severity: Severity;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly resolvedAt: number | null;
  /** Counts its changes. */
  readonly version: number;
  /** The latest evidence for firing. */
  readonly evidence: Evidence;
};

/** A signal whose time was read. */
export type TimedSignal = Omit<AlertStateSignal, 'at'> & { readonly at: number };

export type EpisodeEvent = { readonly type: 'fired' | 'resolved'; readonly signal: TimedSignal };

/** The state before the first signal. */
export const initial: Episode | null = null;

/**
 * Decides how a signal changes its episode. An episode ends once: the next one has another id, so anything that arrives after the
 * end is late. A resolved signal for an unknown episode ends it at once, so that its late firing can't leave it open.
 */
export function decide(episode: Episode | null, signal: TimedSignal): Outcome<EpisodeEvent> {
  if (episode !== null && !belongsTo(episode, signal)) return deadLetter('foreign_episode');
  if (episode?.status === 'resolved') return drop('already_resolved');
  if (signal.status === 'resolved') return ok({ type: 'resolved', signal });
  if (episode !== null && signal.at < episode.updatedAt) return drop('overtaken');
  return ok({ type: 'fired', signal });
}

export function evolve(episode: Episode | null, { type, signal }: EpisodeEvent): Episode {
  const before = episode ?? opened(signal);
  const after = { ...before, severity: signal.severity, version: before.version + 1 };
  switch (type) {
    case 'fired':
      return { ...after, updatedAt: signal.at, evidence: signal.evidence };
    case 'resolved': {
      const resolvedAt = Math.max(signal.at, before.openedAt);
      return { ...after, status: 'resolved', updatedAt: Math.max(resolvedAt, before.updatedAt), resolvedAt };
    }
  }
}

function opened(signal: TimedSignal): Episode {
  return {
    alertId: signal.alert_id,
    userId: signal.user_id,
    kind: signal.kind,
    source: signal.source,
    status: 'firing',
    severity: signal.severity,
    openedAt: signal.at,
    updatedAt: signal.at,
    resolvedAt: null,
    version: 0,
    evidence: signal.evidence,
  };
}

function belongsTo(episode: Episode, signal: TimedSignal): boolean {
  return (
    episode.userId === signal.user_id && episode.kind === signal.kind && episode.source === signal.source
  );
}
