import { hypothesisId, signalId, utc, type AlertStateSignal, type Mode } from '@bridge/contracts';
import { alertReadings, evidenceOf } from './evidence.ts';
import type { EpisodeNotice } from './episodes.ts';
import { choices } from './insights.ts';
import { severityOf } from './rule.ts';
import type { View } from './view.ts';

const alertSource = 'cognition';
/** The limit of the topic's schema. */
const readingsAtMost = 100;

export type AlertSubject = {
  readonly userId: string;
  readonly seq: number;
  /** The event's id or the due time. */
  readonly cause: string;
  readonly mode: Mode | null;
  readonly transitionId: string | undefined;
};

/**
 * The last state of each alert: several parts of a rule may change in one decision. One that fires is told in the words of
 * its strongest firing.
 */
export function lastStates(notices: readonly EpisodeNotice[]): readonly EpisodeNotice[] {
  if (notices.length < 2) return notices;
  const last = new Map<string, EpisodeNotice>();
  for (const notice of notices) {
    const { id } = notice.alert;
    const earlier = last.get(id)?.firing;
    const isWeaker =
      earlier !== undefined && notice.firing !== undefined && notice.firing.level <= earlier.level;
    last.set(id, isWeaker ? { ...notice, firing: earlier } : notice);
  }
  return [...last.values()];
}

/** The messages of a decision, in order. Their sentences are composed later: see `compose.ts`. */
export function alertSignalsOf(
  notices: readonly EpisodeNotice[],
  view: View,
  subject: AlertSubject,
): AlertStateSignal[] {
  return notices.map((notice, index) => signalOf(notice, index, view, subject));
}

function signalOf(
  { status, alert, rule, reason, firing }: EpisodeNotice,
  index: number,
  view: View,
  { userId, seq, cause, mode, transitionId }: AlertSubject,
): AlertStateSignal {
  const { profile } = view.draft;
  const isAsking = alert.askedUntil !== 0 && status !== 'resolved';
  return {
    signal_id: signalId({ alertId: alert.id, status, cause: `${cause}/${index}` }),
    alert_id: alert.id,
    user_id: userId,
    kind: `rule.${rule}`,
    status,
    severity: severityOf(alert.level),
    at: utc(view.now),
    source: alertSource,
    ...(transitionId !== undefined && { transition_id: transitionId }),
    evidence: {
      rules: [rule],
      readings: alertReadings(evidenceOf(firing?.inputs ?? [], view)).slice(0, readingsAtMost),
    },
    seq,
    index,
    ...(reason !== undefined && { reason }),
    ...(status === 'unconfirmed' && { unconfirmed_since: utc(alert.unconfirmedSince) }),
    ...(profile.time_zone !== undefined && { time_zone: profile.time_zone }),
    ...(profile.language !== undefined && { language: profile.language }),
    ...(mode !== null && { mode }),
    ...(isAsking && { hypothesis_id: hypothesisId(alert.id), answers: [...choices] }),
  };
}
