import type { Alert } from '@bridge/contracts';

type Hold = NonNullable<Alert['hold']>;

/** Why nobody is told of an alert. */
export const holdWords: Readonly<Record<Hold['reason'], string>> = {
  silenced: 'silenced',
  inhibited: 'inhibited by another alert',
  quiet_hours: 'quiet hours',
  budget: 'budget used up',
  info: 'notes are not delivered',
  no_route: 'no route',
};

/** `rule.pulse_high` as `pulse high`, `pipeline.no_decisions` as `pipeline no decisions`. */
export function kindInWords(kind: string): string {
  return kind.replace(/^rule\./, '').replaceAll(/[._-]+/g, ' ');
}

/** Digits of an id that a person reads and types. */
export const shortId = (id: string) => id.slice(0, 8);

/** To the second, in UTC: `2026-03-01 12:00:07Z`. */
export function timeInWords(utc: string): string {
  return utc.replace('T', ' ').replace(/(?:\.\d+)?Z$/, 'Z');
}

/** Status and marks, such as `firing, acknowledged until 2026-03-01 12:00:00Z`. */
export function stateInWords({ status, reason, unconfirmed_since, acknowledged, hold }: Alert): string {
  const ended =
    status === 'resolved' ? `resolved${reason === undefined ? '' : ` (${words(reason)})`}` : undefined;
  const silent =
    status === 'unconfirmed'
      ? `no data${unconfirmed_since === undefined ? '' : ` since ${timeInWords(unconfirmed_since)}`}`
      : undefined;
  const until = acknowledged?.until;
  return [
    ended ?? silent ?? 'firing',
    ...(acknowledged === undefined ? [] : [`acknowledged${until ? ` until ${timeInWords(until)}` : ''}`]),
    ...(hold === undefined ? [] : [holdInWords(hold)]),
  ].join(', ');
}

/** Why nobody is told, and until when. */
export function holdInWords({
  reason,
  until,
}: {
  readonly reason: string;
  readonly until?: string | undefined;
}): string {
  const why = (holdWords as Readonly<Record<string, string>>)[reason] ?? words(reason);
  return `held back: ${why}${until === undefined ? '' : ` until ${timeInWords(until)}`}`;
}

/** The alert in one line, after somebody acted on it. */
export function alertInWords(alert: Alert): string {
  return `${shortId(alert.alert_id)} ${kindInWords(alert.kind)} of ${alert.user_id}: ${stateInWords(alert)}`;
}

export const words = (code: string) => code.replaceAll('_', ' ');
