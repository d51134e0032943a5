import { answers, severities, type AnswerChoice, type Severity } from '@bridge/contracts';
import {
  episodeDetails,
  episodeSeverity,
  firingSinceOf,
  statusOf,
  type Episode,
} from '../../../episodes/domain/episode.ts';

const plainActions = ['acknowledge', 'resolve', 'snooze', 'useful', 'not_useful'] as const;

export type LinkAction = (typeof plainActions)[number] | `answer:${AnswerChoice}`;

/** All of them. */
export const linkActions: readonly LinkAction[] = [
  ...plainActions,
  ...answers.map((answer) => `answer:${answer}` as const),
];

/** One action on one alert, for whoever has its address. Times are in milliseconds since 1970. */
export type ActionLink = {
  /** 32 hex digits, never chosen by anybody outside. */
  readonly linkId: string;
  readonly alertId: string;
  readonly subjectId: string;
  readonly action: LinkAction;
  /** Where it was sent to. */
  readonly channel: string;
  /** Of the question that an answer settles. */
  readonly hypothesisId: string | null;
  /** What the alert was when the link was sent; null for a link from before this was kept. */
  readonly sentFor: { readonly firingSince: number; readonly severity: Severity } | null;
  readonly expiresAt: number;
  readonly spentAt: number | null;
};

/** A link before it is sent. */
export type NewLink = Omit<ActionLink, 'spentAt'>;

/** The answer that a link gives; undefined for a link that does something else. */
export function answerOf(action: LinkAction): AnswerChoice | undefined {
  return answers.find((answer) => action === `answer:${answer}`);
}

export type LinkState = 'usable' | 'spent' | 'expired';

/** A spent link stays spent: a second click after a week still says that it is done. */
export function linkState({ spentAt, expiresAt }: ActionLink, now: number): LinkState {
  if (spentAt !== null) return 'spent';
  return now < expiresAt ? 'usable' : 'expired';
}

/** What has become of the alert since a link was sent. */
export type LinkStanding =
  | 'current'
  /** It fires anew, or is more severe: whoever takes care of it must know what it is now. */
  | 'changed'
  | 'question_over';

/** As far as this service knows: it learns from the producer's signals whether a question is still open. */
export function linkStanding(
  { action, hypothesisId, sentFor }: Pick<ActionLink, 'action' | 'hypothesisId' | 'sentFor'>,
  episode: Episode,
): LinkStanding {
  if (action === 'useful' || action === 'not_useful') return 'current';
  const firesAnew = sentFor !== null && firingSinceOf(episode) > sentFor.firingSince;
  if (answerOf(action) !== undefined) {
    // A person may close an alert whose question is still open.
    const hasEnded = episode.reported.newest.status === 'resolved';
    const isAsked = !hasEnded && episodeDetails(episode).hypothesis_id === hypothesisId;
    return isAsked && !firesAnew ? 'current' : 'question_over';
  }
  if (statusOf(episode) === 'resolved' || sentFor === null) return 'current';
  // The list of severities begins with the highest.
  const hasRisen = severities.indexOf(episodeSeverity(episode)) < severities.indexOf(sentFor.severity);
  return firesAnew || hasRisen ? 'changed' : 'current';
}
