import { z } from 'zod';
import type { ChannelAdapter, Notification } from './channel.ts';
import { notificationText, shortened, type AlertText } from './notification-text.ts';
import { receiverUrlField } from './receiver-url.ts';
import { jsonRequest, sendOverHttp } from './send-over-http.ts';

const settingsSchema = z.strictObject({
  url: receiverUrlField.describe('Of the incoming webhook; whoever has it can post'),
});
type SlackSettings = z.infer<typeof settingsSchema>;

// Limits of Slack's blocks.
const headerLength = 150;
const sectionLength = 3_000;

/** An incoming webhook of Slack. Slack knows no idempotency key, so a repetition is a second message. */
export const slack: ChannelAdapter<SlackSettings> = {
  kind: 'slack',
  oneAlertAtATime: false,
  readByPeople: true,
  settings: settingsSchema,
  secrets: ['url'],
  send: ({ url }, notification, context) =>
    sendOverHttp(context, () => jsonRequest(url, slackMessage(notification)), { refusesForGood: true }),
};

export function slackMessage(notification: Notification) {
  const { subject, alerts, more } = notificationText(notification);
  const [only, ...others] = alerts;
  return {
    // What a phone shows before the message is opened. Slack would turn <!channel> into a call of everybody.
    text: escaped(shortened(subject, headerLength), sectionLength),
    // A link that Slack opens for a preview looks like somebody's visit.
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: shortened(subject, headerLength), emoji: false } },
      ...(only !== undefined && others.length === 0
        ? blocksOf({ ...only, heading: '' })
        : alerts.flatMap((alert) => blocksOf(alert))),
      ...(more === undefined ? [] : [section(escaped(more, sectionLength))]),
    ],
  };
}

/** Two blocks at most, so that a whole list stays below Slack's limit of 50. */
function blocksOf({ heading, lines, links }: AlertText) {
  const bold = heading === '' ? '' : `*${escaped(heading, headerLength * 2)}*`;
  const rest = escaped(lines.join('\n'), sectionLength - bold.length - 1);
  const text = [bold, rest].filter((part) => part !== '').join('\n');
  return [...(text === '' ? [] : [section(text)]), section(linkLine(links))];
}

function section(text: string) {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

function linkLine(links: AlertText['links']): string {
  let line = '';
  for (const { label, url } of links) {
    const link = `<${escapedUrl(url)}|${escaped(label, 75).replaceAll('|', '/')}>`;
    const longer = line === '' ? link : `${line}  ${link}`;
    if (longer.length > sectionLength) break;
    line = longer;
  }
  return line;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text as mrkdwn, cut where the escaped text would become too long. */
function escaped(text: string, length: number): string {
  let result = '';
  for (const character of text) {
    const next = entities[character] ?? character;
    if (result.length + next.length > length) break;
    result += next;
  }
  return result;
}

function escapedUrl(url: string): string {
  return new URL(url).href.replace(/[<>|]/g, (character) => encodeURIComponent(character));
}
