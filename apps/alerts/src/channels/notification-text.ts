import { severities, type Language, type Severity } from '@bridge/contracts';
import type { Notification, NotificationAlert } from './channel.ts';
import { notificationWords } from './notification-words.ts';

/** One alert as people read it: the same words on every channel, which lays them out. */
export type AlertText = {
  readonly heading: string;
  /** Summary, advice, question and person; none without details. */
  readonly lines: readonly string[];
  readonly links: readonly { readonly label: string; readonly url: string }[];
};

export type NotificationText = {
  readonly subject: string;
  readonly alerts: readonly AlertText[];
  /** Says how many alerts are left out; undefined where none is. */
  readonly more: string | undefined;
};

/** A person reads no more of them, and a message has room for no more. */
const listedAlerts = 15;

export function notificationText({ alerts, language }: Notification): NotificationText {
  const left = alerts.length - listedAlerts;
  return {
    subject: subjectOf(alerts, language),
    alerts: alerts.slice(0, listedAlerts).map((alert) => alertText(alert, language)),
    more: left > 0 ? notificationWords[language].more(left) : undefined,
  };
}

/** An alert that still needs somebody; the others are told for the sake of completeness. */
export function isPressing({ reason, status }: NotificationAlert): boolean {
  return status !== 'resolved' && reason !== 'resolved' && reason !== 'acknowledged';
}

/** The highest severity of the alerts that need somebody; undefined where none does. */
export function pressingSeverity({ alerts }: Notification): Severity | undefined {
  return severities.find((severity) =>
    alerts.some((alert) => alert.severity === severity && isPressing(alert)),
  );
}

function subjectOf(alerts: Notification['alerts'], language: Language): string {
  const words = notificationWords[language];
  if (alerts.length === 1) return headingOf(alerts[0], language);
  const counts = severities.flatMap((severity) => {
    const count = alerts.filter((alert) => alert.severity === severity).length;
    return count === 0 ? [] : [words.counts[severity](count)];
  });
  return `${words.alerts(alerts.length)}: ${counts.join(', ')}`;
}

function headingOf({ severity, title, reason }: NotificationAlert, language: Language): string {
  const { severities: names, reasons } = notificationWords[language];
  return `${names[severity]}: ${oneLine(title)} (${reasons[reason]})`;
}

function alertText(alert: NotificationAlert, language: Language): AlertText {
  const { details, links } = alert;
  const words = notificationWords[language];
  const person = details && `${words.person}: ${oneLine(details.userId)}`;
  const lines = [details?.summary, details?.advice, details?.question, person];
  return {
    heading: headingOf(alert, language),
    lines: lines.filter((line) => line !== undefined),
    links: [{ label: words.open, url: links.open }, ...links.actions],
  };
}

/** Headers, titles and lists have one line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** At most `length` characters, and never half of one. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 3).replace(/[\ud800-\udbff]$/, '')}...`;
}
