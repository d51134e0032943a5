import type { AlertDetails, AlertReason, AlertStatus, Evidence, Severity } from '@bridge/contracts';
import { severities } from '@bridge/contracts';
import { deadLetter, drop, ok, type Outcome } from '@bridge/core';
import { detailsOf, isOpen, severityOf, takeSignal, type ReportedState } from './reported-state.ts';
import { isAfter, type SignalOrder } from './signal-order.ts';
import type { TimedSignal } from './timed-signal.ts';

/** One alert of one person, from its first signal to its end. Times are in milliseconds since 1970. */
export type Episode = {
  readonly alertId: string;
  readonly userId: string;
  readonly kind: string;
  readonly source: string;
  readonly reported: ReportedState;
  readonly acknowledged: Acknowledgement | null;
  readonly closed: Closing | null;
  readonly openedAt: number;
  readonly updatedAt: number;
  /** Counts its changes. */
  readonly version: number;
};

/** Somebody takes care of it. A rise in severity and a new firing after its end take the mark away. */
export type Acknowledgement = {
  readonly by: string;
  readonly at: number;
  /** null: until it ends. */
  readonly until: number | null;
};

/**
 * A person ended it. It stays ended until its severity rises above the one it was closed at, or until it fires again after
 * an end by its producer.
 */
export type Closing = {
  readonly by: string;
  readonly at: number;
  readonly severity: Severity;
  /** The newest signal at that time. */
  readonly order: SignalOrder;
  readonly comment?: string;
};

/** A person's action on an alert. Times are in milliseconds since 1970; null: without an end. */
export type AlertAction =
  | { readonly type: 'acknowledge'; readonly until: number | null }
  | { readonly type: 'unacknowledge' }
  | { readonly type: 'snooze'; readonly until: number }
  | { readonly type: 'resolve'; readonly comment?: string }
  | { readonly type: 'feedback'; readonly useful: boolean; readonly comment?: string };

export type EpisodeEvent =
  /** `reported`: the state with the signal in it. */
  | { readonly type: 'signalled'; readonly signal: TimedSignal; readonly reported: ReportedState }
  | { readonly type: 'acted'; readonly action: AlertAction; readonly by: string; readonly at: number };

/** The state before the first signal. */
export const initial: Episode | null = null;

/** Decides what a signal means for its episode. One that says nothing new, because newer ones came before it, changes nothing. */
export function decide(episode: Episode | null, signal: TimedSignal): Outcome<EpisodeEvent> {
  if (episode !== null && !belongsTo(episode, signal)) return deadLetter('foreign_episode');
  const reported = takeSignal(episode?.reported ?? null, signal);
  if (reported === episode?.reported) return drop(isOpen(reported) ? 'overtaken' : 'already_resolved');
  return ok({ type: 'signalled', signal, reported });
}

export type ActionVerdict =
  | { readonly kind: 'change'; readonly event: EpisodeEvent }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'ended' };

/** Decides what a person's action means. An alert that has ended takes feedback only. */
export function decideAction(episode: Episode, action: AlertAction, by: string, at: number): ActionVerdict {
  const change = { kind: 'change', event: { type: 'acted', action, by, at } } as const;
  if (action.type === 'feedback') return change;
  if (statusOf(episode) === 'resolved') return { kind: action.type === 'resolve' ? 'unchanged' : 'ended' };
  const { acknowledged } = episode;
  switch (action.type) {
    case 'acknowledge':
    case 'snooze':
      return acknowledged?.until === action.until && acknowledged.by === by ? { kind: 'unchanged' } : change;
    case 'unacknowledge':
      return acknowledged === null ? { kind: 'unchanged' } : change;
    case 'resolve':
      return change;
  }
}

export function evolve(episode: Episode | null, event: EpisodeEvent): Episode {
  if (event.type === 'signalled') return afterSignal(episode, event);
  if (episode === null) throw new Error('an action needs an alert');
  const { action, by, at } = event;
  const after = { ...episode, version: episode.version + 1, updatedAt: Math.max(episode.updatedAt, at) };
  switch (action.type) {
    case 'acknowledge':
    case 'snooze':
      return { ...after, acknowledged: { by, at, until: action.until } };
    case 'unacknowledge':
      return { ...after, acknowledged: null };
    case 'resolve': {
      const { reported } = episode;
      const { comment } = action;
      const closed = { by, at, severity: severityOf(reported), order: reported.newest.order };
      return { ...after, closed: comment === undefined ? closed : { ...closed, comment } };
    }
    case 'feedback':
      return after;
  }
}

export function statusOf({ closed, reported }: Episode): AlertStatus {
  return closed === null ? reported.newest.status : 'resolved';
}

export function episodeSeverity({ closed, reported }: Episode): Severity {
  return closed === null || !isOpen(reported) ? severityOf(reported) : closed.severity;
}

/** Why it ended; undefined while it is open, and where its producer does not say. */
export function reasonOf({ closed, reported }: Episode): AlertReason | 'manual' | undefined {
  return closed === null ? reported.newest.details.reason : 'manual';
}

export function resolvedAtOf({ closed, reported, openedAt }: Episode): number | null {
  if (closed !== null) return closed.at;
  return isOpen(reported) ? null : Math.max(reported.newest.order.at, openedAt);
}

/** When it began to fire, or fired again after it had ended. */
export function firingSinceOf({ reported, openedAt }: Episode): number {
  return reported.since?.at ?? openedAt;
}

export function evidenceOf({ reported }: Episode): Evidence {
  return reported.ground.evidence;
}

export function episodeDetails({ reported }: Episode): AlertDetails {
  return detailsOf(reported);
}

function afterSignal(
  episode: Episode | null,
  { signal, reported }: Extract<EpisodeEvent, { type: 'signalled' }>,
): Episode {
  const before = episode ?? opened(signal, reported);
  const after = {
    ...before,
    reported,
    version: before.version + 1,
    openedAt: Math.min(before.openedAt, signal.at),
    updatedAt: Math.max(before.updatedAt, signal.at),
  };
  const closed = staysClosed(after) ? after.closed : null;
  return { ...after, closed, acknowledged: staysAcknowledged(before, { ...after, closed }) };
}

function staysClosed({ closed, reported }: Episode): boolean {
  if (closed === null || !isOpen(reported)) return true;
  const hasRisen = rank(severityOf(reported)) > rank(closed.severity);
  const firesAfterEnd = reported.ended !== null && isAfter(reported.ended, closed.order);
  return !hasRisen && !firesAfterEnd;
}

function staysAcknowledged(before: Episode, after: Episode): Acknowledgement | null {
  if (before.version === 0) return null;
  const reopened = statusOf(before) === 'resolved' && statusOf(after) !== 'resolved';
  const risen = rank(episodeSeverity(after)) > rank(episodeSeverity(before));
  return reopened || risen ? null : after.acknowledged;
}

/** The list of severities begins with the highest. */
function rank(severity: Severity): number {
  return -severities.indexOf(severity);
}

function opened(signal: TimedSignal, reported: ReportedState): Episode {
  return {
    alertId: signal.alert_id,
    userId: signal.user_id,
    kind: signal.kind,
    source: signal.source,
    reported,
    acknowledged: null,
    closed: null,
    openedAt: signal.at,
    updatedAt: signal.at,
    version: 0,
  };
}

function belongsTo(episode: Episode, signal: TimedSignal): boolean {
  return (
    episode.userId === signal.user_id && episode.kind === signal.kind && episode.source === signal.source
  );
}
