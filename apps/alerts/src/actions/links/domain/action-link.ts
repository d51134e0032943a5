import { answers, type AnswerChoice } from '@bridge/contracts';

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
