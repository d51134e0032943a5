import type { Language, Severity } from '@bridge/contracts';
import type { NotificationReason } from '../notifications/domain/notification-plan.ts';

type Words = {
  /** For whoever follows a person, for the person, and for the person who is asked something. */
  readonly neutralTitles: { readonly others: string; readonly own: string; readonly question: string };
  readonly severities: Readonly<Record<Severity, string>>;
  readonly reasons: Readonly<Record<NotificationReason, string>>;
  readonly counts: Readonly<Record<Severity, (count: number) => string>>;
  readonly alerts: (count: number) => string;
  readonly more: (count: number) => string;
  readonly person: string;
  readonly open: string;
  /** Of a button that leads to the answers for which there is no button. */
  readonly moreAnswers: string;
};

const english: Words = {
  neutralTitles: {
    others: 'Somebody you follow needs a look',
    own: 'Please take a look at how you are',
    question: 'A question about how you feel',
  },
  severities: { critical: 'Critical', warning: 'Warning', info: 'Note' },
  reasons: {
    fired: 'new',
    asked: 'a question',
    raised: 'more urgent now',
    updated: 'new values',
    unconfirmed: 'no more data',
    acknowledged: 'somebody is on it',
    resolved: 'over',
    repeated: 'still open',
    escalated: 'nobody has reacted yet',
  },
  counts: {
    critical: (count) => `${count} critical`,
    warning: (count) => (count === 1 ? '1 warning' : `${count} warnings`),
    info: (count) => (count === 1 ? '1 note' : `${count} notes`),
  },
  alerts: (count) => `${count} alerts`,
  more: (count) => `and ${count} more`,
  person: 'Person',
  open: 'Open',
  moreAnswers: 'More answers',
};

const german: Words = {
  neutralTitles: {
    others: 'Bitte sehen Sie nach jemandem, den Sie begleiten',
    own: 'Bitte sehen Sie nach, wie es Ihnen geht',
    question: 'Eine Frage dazu, wie es Ihnen geht',
  },
  severities: { critical: 'Kritisch', warning: 'Warnung', info: 'Hinweis' },
  reasons: {
    fired: 'neu',
    asked: 'eine Frage',
    raised: 'jetzt dringender',
    updated: 'neue Werte',
    unconfirmed: 'keine Daten mehr',
    acknowledged: 'jemand kümmert sich',
    resolved: 'vorbei',
    repeated: 'noch offen',
    escalated: 'noch hat niemand reagiert',
  },
  counts: {
    critical: (count) => `${count} kritisch`,
    warning: (count) => (count === 1 ? '1 Warnung' : `${count} Warnungen`),
    info: (count) => (count === 1 ? '1 Hinweis' : `${count} Hinweise`),
  },
  alerts: (count) => `${count} Meldungen`,
  more: (count) => `und ${count} weitere`,
  person: 'Person',
  open: 'Öffnen',
  moreAnswers: 'Weitere Antworten',
};

export const notificationWords: Readonly<Record<Language, Words>> = { en: english, de: german };

/** For channels that may not carry health data: it names no person, rule, metric or value. @param isOwn The person reads it. */
export function neutralTitle(
  language: Language,
  { isOwn, asks }: { readonly isOwn: boolean; readonly asks: boolean },
): string {
  const { others, own, question } = notificationWords[language].neutralTitles;
  if (!isOwn) return others;
  return asks ? question : own;
}
