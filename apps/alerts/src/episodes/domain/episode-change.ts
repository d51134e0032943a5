import { changeId, severities, utc, type AlertChange, type AlertChangeKind } from '@bridge/contracts';
import {
  episodeDetails,
  episodeSeverity,
  reasonOf,
  statusOf,
  type AlertAction,
  type Episode,
  type EpisodeEvent,
} from './episode.ts';

/** One change of an episode, and its cause. */
export type EpisodeChange = {
  readonly before: Episode | null;
  readonly after: Episode;
  readonly event: EpisodeEvent;
  /** W3C trace context of the cause. */
  readonly traceparent: string | undefined;
};

function changeKind({ before, after, event }: EpisodeChange): AlertChangeKind {
  if (event.type === 'acted') return actionKind(event.action);
  const [from, to] = [before && statusOf(before), statusOf(after)];
  if (before === null) return to === 'resolved' ? 'resolved' : 'fired';
  if (from === 'resolved' && to !== 'resolved') return 'reopened';
  if (from !== 'resolved' && to === 'resolved') return 'resolved';
  const isHigher = severities.indexOf(episodeSeverity(after)) < severities.indexOf(episodeSeverity(before));
  if (isHigher && to !== 'resolved') return 'raised';
  return from !== 'unconfirmed' && to === 'unconfirmed' ? 'unconfirmed' : 'updated';
}

/** The published form of a change. Its id follows from episode and cause, so a retry repeats it. */
export function alertChange(change: EpisodeChange): AlertChange {
  const { before, after, event } = change;
  const reason = reasonOf(after);
  return {
    change_id: changeId(after.alertId, causeOf(change)),
    alert_id: after.alertId,
    user_id: after.userId,
    kind: after.kind,
    from: before && statusOf(before),
    to: statusOf(after),
    severity: episodeSeverity(after),
    change: changeKind(change),
    ...(event.type === 'signalled' ? signalFields(event) : actionFields(event, after)),
    ...episodeDetails(after),
    ...(reason !== undefined && { reason }),
  };
}

function signalFields({ signal }: Extract<EpisodeEvent, { type: 'signalled' }>) {
  const { signal_id, transition_id, evidence, at } = signal;
  return {
    at: utc(at),
    signal_id,
    ...(transition_id !== undefined && { transition_id }),
    evidence,
  };
}

function actionFields({ action, by, at }: Extract<EpisodeEvent, { type: 'acted' }>, after: Episode) {
  const { acknowledged } = after;
  return {
    at: utc(at),
    by,
    ...('comment' in action && { comment: action.comment }),
    ...(acknowledged !== null && {
      acknowledged_until: acknowledged.until === null ? null : utc(acknowledged.until),
    }),
  };
}

/** An action follows from its place in the episode's history: the version that it makes. */
function causeOf({ event, after }: EpisodeChange): string {
  return event.type === 'signalled' ? event.signal.signal_id : `version ${String(after.version)}`;
}

function actionKind(action: AlertAction): AlertChangeKind {
  switch (action.type) {
    case 'acknowledge':
      return 'acknowledged';
    case 'unacknowledge':
      return 'unacknowledged';
    case 'snooze':
      return 'snoozed';
    case 'resolve':
      return 'resolved_by_hand';
    case 'feedback':
      return action.useful ? 'useful' : 'not_useful';
  }
}
