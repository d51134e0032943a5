import type { Language } from '@bridge/contracts';
import { neutralTitle } from '../../../channels/notification-words.ts';
import { answerOf, type LinkAction } from './action-link.ts';

/** What the person who follows a link reads: what there is, or what became of it. */
export type PageKind =
  | 'ask'
  | 'done'
  | 'already_done'
  | 'ended'
  | 'changed'
  | 'question_over'
  | 'expired'
  | 'unknown'
  | 'too_many'
  | 'unavailable';

type Words = {
  readonly buttons: Readonly<Record<LinkAction, string>>;
  readonly question: string;
  readonly results: Readonly<Record<Exclude<PageKind, 'ask'>, readonly [title: string, text: string]>>;
};

const english: Words = {
  buttons: {
    acknowledge: 'I will take care of it',
    resolve: 'It is over',
    snooze: 'Remind me in an hour',
    useful: 'This was useful',
    not_useful: 'This was not useful',
    'answer:at_rest': 'I was at rest',
    'answer:exercise': 'I was moving',
    'answer:fine': 'I feel fine',
    'answer:unwell': 'I feel unwell',
  },
  question: 'There is a question for you',
  results: {
    done: ['Done', 'Thank you. You can close this page.'],
    already_done: ['Already done', 'This link was used before. You can close this page.'],
    ended: ['Already over', 'This ended before. There is nothing left to do.'],
    changed: [
      'This has changed',
      'It began again or became more urgent after this message was sent, and nothing was done. Use the newest message, or open the dashboard and sign in.',
    ],
    question_over: ['The question is no longer open', 'Nothing was recorded. You can close this page.'],
    expired: ['This link has expired', 'Open the dashboard and sign in, or wait for the next message.'],
    unknown: [
      'This link is not known',
      'Copy the whole address from the message, or open the dashboard and sign in.',
    ],
    too_many: ['Too many requests', 'Wait a minute and open the link again.'],
    unavailable: ['Not possible now', 'Nothing was done. Open the link again in a minute.'],
  },
};

const german: Words = {
  buttons: {
    acknowledge: 'Ich kümmere mich',
    resolve: 'Es ist vorbei',
    snooze: 'In einer Stunde erinnern',
    useful: 'Das war hilfreich',
    not_useful: 'Das war nicht hilfreich',
    'answer:at_rest': 'Ich war in Ruhe',
    'answer:exercise': 'Ich war in Bewegung',
    'answer:fine': 'Mir geht es gut',
    'answer:unwell': 'Mir geht es nicht gut',
  },
  question: 'Es gibt eine Frage an Sie',
  results: {
    done: ['Erledigt', 'Danke. Sie können diese Seite schließen.'],
    already_done: ['Schon erledigt', 'Dieser Link wurde bereits benutzt. Sie können diese Seite schließen.'],
    ended: ['Schon vorbei', 'Das hat sich erledigt. Es ist nichts mehr zu tun.'],
    changed: [
      'Das hat sich geändert',
      'Nach dieser Nachricht hat es neu begonnen oder ist dringender geworden; es wurde nichts getan. Benutzen Sie die neueste Nachricht, oder öffnen Sie das Dashboard und melden Sie sich an.',
    ],
    question_over: [
      'Die Frage ist nicht mehr offen',
      'Es wurde nichts gespeichert. Sie können diese Seite schließen.',
    ],
    expired: [
      'Dieser Link ist abgelaufen',
      'Öffnen Sie das Dashboard und melden Sie sich an, oder warten Sie auf die nächste Nachricht.',
    ],
    unknown: [
      'Dieser Link ist nicht bekannt',
      'Kopieren Sie die ganze Adresse aus der Nachricht, oder öffnen Sie das Dashboard und melden Sie sich an.',
    ],
    too_many: ['Zu viele Anfragen', 'Warten Sie eine Minute und öffnen Sie den Link noch einmal.'],
    unavailable: [
      'Zurzeit nicht möglich',
      'Es wurde nichts getan. Öffnen Sie den Link in einer Minute noch einmal.',
    ],
  },
};

const words = { en: english, de: german } as const satisfies Record<Language, Words>;

/** In the query of an answer's link: its page offers all answers to the question. */
export const allAnswers = { name: 'answers', value: 'all' };

/** The label of an action's button, in messages too. */
export function linkLabel(action: LinkAction, language: Language): string {
  return words[language].buttons[action];
}

/** Names no person, value, rule or metric: nobody has signed in yet. @param isOwn The link was sent to the person. */
export function linkQuestion(action: LinkAction, isOwn: boolean, language: Language): string {
  return answerOf(action) === undefined
    ? neutralTitle(language, { isOwn, asks: false })
    : words[language].question;
}

export function linkResult(kind: Exclude<PageKind, 'ask'>, language: Language) {
  const [title, text] = words[language].results[kind];
  return { title, text };
}
