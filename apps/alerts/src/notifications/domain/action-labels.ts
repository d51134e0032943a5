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

const titles: Readonly<Record<Language, string>> = {
  en: 'Somebody you follow needs a look',
  de: 'Jemand, den Sie begleiten, braucht einen Blick',
};

/** For channels that may not carry health data: it names no person, rule, metric or value. */
export function neutralTitle(language: Language): string {
  return titles[language];
}
