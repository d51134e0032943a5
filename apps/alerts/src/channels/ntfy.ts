import { createHash } from 'node:crypto';
import type { Language, Severity } from '@bridge/contracts';
import { z } from 'zod';
import type { ChannelAdapter, Notification } from './channel.ts';
import { allAnswers } from '../actions/links/domain/link-words.ts';
import { notificationText, pressingSeverity, shortened, type AlertText } from './notification-text.ts';
import { notificationWords } from './notification-words.ts';
import { receiverUrlField } from './receiver-url.ts';
import { jsonRequest, sendOverHttp } from './send-over-http.ts';

const settingsSchema = z.strictObject({
  url: receiverUrlField.default('https://ntfy.sh').describe('The root of the server'),
  topic: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, - and _'),
  token: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'must be an access token')
    .exactOptional(),
});
type NtfySettings = z.infer<typeof settingsSchema>;

// A longer message would become a file, and a longer title no title.
const messageBytes = 4_096;
const titleLength = 250;
const actionButtons = 3;

const priorities: Readonly<Record<Severity, number>> = { critical: 5, warning: 4, info: 3 };
const tags: Readonly<Record<Severity, string>> = {
  critical: 'rotating_light',
  warning: 'warning',
  info: 'information_source',
};

/**
 * A push to phones. Published as JSON to the root of the server, because headers cannot carry every text. ntfy knows no
 * idempotency key; from version 2.16 on a repetition replaces the notification that has the same `sequence_id`.
 */
export const ntfy: ChannelAdapter<NtfySettings> = {
  kind: 'ntfy',
  oneAlertAtATime: false,
  readByPeople: true,
  settings: settingsSchema,
  // Whoever knows the topic can read along.
  secrets: ['topic', 'token'],
  send: (settings, notification, context) =>
    sendOverHttp(
      context,
      () =>
        jsonRequest(
          settings.url,
          ntfyMessage(settings, notification),
          settings.token === undefined ? {} : { authorization: `Bearer ${settings.token}` },
        ),
      { refusesForGood: true },
    ),
};

export function ntfyMessage({ topic }: Pick<NtfySettings, 'topic'>, notification: Notification) {
  const { subject, alerts, more } = notificationText(notification);
  const severity = pressingSeverity(notification);
  const [first] = alerts;
  const blocks = alerts.map(({ heading, lines }) =>
    [...(alerts.length > 1 ? [heading] : []), ...lines].join('\n'),
  );
  const message = [...blocks, ...(more === undefined ? [] : [more])].filter((block) => block !== '');
  // Buttons have no room to say which of several alerts they mean.
  const actions = alerts.length === 1 ? (first?.links.slice(1) ?? []) : [];
  return {
    topic,
    title: shortened(subject, titleLength),
    message: withinBytes(message.length === 0 ? subject : message.join('\n\n'), messageBytes),
    priority: severity === undefined ? 2 : priorities[severity],
    tags: [severity === undefined ? 'white_check_mark' : tags[severity]],
    click: first?.links[0]?.url,
    actions: buttonsOf(actions, notification.language).map(({ label, url }) => ({
      ...{ action: 'view', label: shortened(label, 100), url, clear: true },
    })),
    sequence_id: createHash('sha256').update(notification.deliveryId).digest('hex').slice(0, 32),
  };
}

/** Only a question has more than three: the last button then leads to a page with all answers. */
function buttonsOf(actions: AlertText['links'], language: Language): AlertText['links'] {
  const next = actions[actionButtons - 1];
  if (actions.length <= actionButtons || next === undefined) return actions;
  const url = new URL(next.url);
  url.searchParams.set(allAnswers.name, allAnswers.value);
  const more = { label: notificationWords[language].moreAnswers, url: url.href };
  return [...actions.slice(0, actionButtons - 1), more];
}

function withinBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  // A character that was cut in two becomes U+FFFD.
  return `${bytes
    .subarray(0, limit - 6)
    .toString()
    .replace(/\ufffd+$/, '')}...`;
}
