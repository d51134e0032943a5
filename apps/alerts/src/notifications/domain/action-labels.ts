import type { Language } from '@bridge/contracts';
import type { LinkAction } from '../../actions/links/domain/action-link.ts';

const labels: Readonly<Record<Language, Readonly<Record<LinkAction, string>>>> = {
  en: {
    acknowledge: 'I will take care of it',
    snooze: 'Remind me in an hour',
    resolve: 'It is over',
    useful: 'This was useful',
    not_useful: 'This was not useful',
    'answer:at_rest': 'I was at rest',
    'answer:exercise': 'I was moving',
    'answer:fine': 'I feel fine',
    'answer:unwell': 'I feel unwell',
  },
  de: {
    acknowledge: 'Ich kümmere mich',
    snooze: 'In einer Stunde erinnern',
    resolve: 'Es ist vorbei',
    useful: 'Das war hilfreich',
    not_useful: 'Das war nicht hilfreich',
    'answer:at_rest': 'Ich war in Ruhe',
    'answer:exercise': 'Ich war in Bewegung',
    'answer:fine': 'Mir geht es gut',
    'answer:unwell': 'Mir geht es nicht gut',
  },
};

/** The words on the button of a one-time link. */
export function actionLabel(action: LinkAction, language: Language): string {
  return labels[language][action];
}

const titles = {
  en: {
    others: 'Somebody you follow needs a look',
    own: 'Please take a look at how you are',
    question: 'A question about how you feel',
  },
  de: {
    others: 'Jemand, den Sie begleiten, braucht einen Blick',
    own: 'Bitte sehen Sie nach, wie es Ihnen geht',
    question: 'Eine Frage dazu, wie es Ihnen geht',
  },
} as const satisfies Readonly<Record<Language, object>>;

/** For channels that may not carry health data: it names no person, rule, metric or value. @param isOwn The person reads it. */
export function neutralTitle(
  language: Language,
  { isOwn, asks }: { readonly isOwn: boolean; readonly asks: boolean },
): string {
  const { others, own, question } = titles[language];
  if (!isOwn) return others;
  return asks ? question : own;
}
