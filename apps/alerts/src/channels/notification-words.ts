import type { Language, Severity } from '@bridge/contracts';
import type { NotificationReason } from '../notifications/domain/notification-plan.ts';

type Words = {
  readonly severities: Readonly<Record<Severity, string>>;
  readonly reasons: Readonly<Record<NotificationReason, string>>;
  readonly counts: Readonly<Record<Severity, (count: number) => string>>;
  readonly alerts: (count: number) => string;
  readonly more: (count: number) => string;
  readonly person: string;
  readonly open: string;
};

const english: Words = {
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
};

const german: Words = {
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
};

export const notificationWords: Readonly<Record<Language, Words>> = { en: english, de: german };
