import {
  alertDetailsSchema,
  severities,
  type AlertDetails,
  type AlertStateSignal,
  type AlertStatus,
  type Evidence,
  type Severity,
} from '@bridge/contracts';
import { deadLetter, drop, ok, type Outcome } from '@bridge/core';

/** One alert of one person from firing to resolved. Times are in milliseconds since 1970. */
export type Episode = {
  readonly alertId: string;
  readonly userId: string;
  readonly kind: string;
  readonly source: string;
  readonly status: AlertStatus;
  /** The highest since it was opened, or opened again. */
  readonly severity: Severity;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly resolvedAt: number | null;
  /** Counts its changes. */
  readonly version: number;
  /** The latest evidence for firing. */
  readonly evidence: Evidence;
  /** What the latest signal says, and while it is open the advice and question that it does not repeat. */
  readonly details: AlertDetails;
  /** Of the latest signal, where its producer counts its decisions. */
  readonly order: SignalOrder | null;
};

/** The person's decision and the place in it, as a signal of cognition names them. */
export type SignalOrder = { readonly seq: number; readonly place: number };

/** A signal whose time was read. */
export type TimedSignal = Omit<AlertStateSignal, 'at'> & { readonly at: number };

export type EpisodeEvent = {
  readonly type: 'fired' | 'lapsed' | 'resolved';
  readonly signal: TimedSignal;
};

/** The state before the first signal. */
export const initial: Episode | null = null;

/**
 * Decides how a signal changes its episode. A signal older than the latest one changes nothing. A resolved signal for an
 * unknown episode ends it at once, so that its late firing can't leave it open. A newer firing reopens an episode that has
 * ended: a rule that fires again within the hour keeps its alert. A second end that was decided later follows a firing that
 * is missing, and is remembered so that this firing, when it comes, is older.
 */
export function decide(episode: Episode | null, signal: TimedSignal): Outcome<EpisodeEvent> {
  if (episode !== null && !belongsTo(episode, signal)) return deadLetter('foreign_episode');
  if (episode !== null && !isNewer(signal, episode)) {
    return drop(episode.status === 'resolved' ? 'already_resolved' : 'overtaken');
  }
  switch (signal.status) {
    case 'firing':
      return ok({ type: 'fired', signal });
    case 'unconfirmed':
      return ok({ type: 'lapsed', signal });
    case 'resolved':
      return episode?.status === 'resolved' && orderOf(signal) === null
        ? drop('already_resolved')
        : ok({ type: 'resolved', signal });
  }
}

export function evolve(episode: Episode | null, { type, signal }: EpisodeEvent): Episode {
  const before = episode ?? opened(signal);
  const after = {
    ...before,
    severity: before.status === 'resolved' ? signal.severity : higher(before.severity, signal.severity),
    version: before.version + 1,
    updatedAt: Math.max(before.updatedAt, signal.at),
    details: detailsAfter(before, signal),
    order: orderOf(signal),
  };
  switch (type) {
    case 'fired': {
      const { readings } = signal.evidence;
      const evidence = readings.length > 0 ? signal.evidence : before.evidence;
      return { ...after, status: 'firing', resolvedAt: null, evidence };
    }
    case 'lapsed':
      return { ...after, status: 'unconfirmed', resolvedAt: null };
    case 'resolved':
      return { ...after, status: 'resolved', resolvedAt: Math.max(signal.at, before.openedAt) };
  }
}

function detailsAfter({ status, details }: Episode, signal: TimedSignal): AlertDetails {
  const said = alertDetailsSchema.parse(signal);
  if (signal.status === 'resolved' || status === 'resolved') return said;
  const { advice, question, hypothesis_id } = details;
  const isAsking = said.hypothesis_id !== undefined && said.hypothesis_id === hypothesis_id;
  return {
    ...(advice !== undefined && { advice }),
    ...(isAsking && question !== undefined && { question }),
    ...said,
  };
}

/** The list of severities begins with the highest. */
function higher(one: Severity, other: Severity): Severity {
  return severities.indexOf(one) < severities.indexOf(other) ? one : other;
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
    details: {},
    order: null,
  };
}

function orderOf({ seq, index }: TimedSignal): SignalOrder | null {
  return seq === undefined ? null : { seq, place: index ?? 0 };
}

/**
 * By the producer's own count where both have one. By time otherwise, and then an end counts whatever its time is: a clock
 * that was put back must not leave an alert open for good.
 */
function isNewer(signal: TimedSignal, { order, status, updatedAt }: Episode): boolean {
  const own = orderOf(signal);
  if (own !== null && order !== null) {
    return own.seq === order.seq ? own.place > order.place : own.seq > order.seq;
  }
  if (status === 'resolved') return signal.at > updatedAt;
  return signal.status === 'resolved' || signal.at >= updatedAt;
}

function belongsTo(episode: Episode, signal: TimedSignal): boolean {
  return (
    episode.userId === signal.user_id && episode.kind === signal.kind && episode.source === signal.source
  );
}
