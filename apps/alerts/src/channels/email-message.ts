import { createHash } from 'node:crypto';
import type { Notification } from './channel.ts';
import { notificationText, shortened, type AlertText } from './notification-text.ts';

export type EmailMessage = {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly inReplyTo: string;
  readonly references: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * The same delivery has the same Message-ID on every attempt. All messages about an alert answer one message that was never
 * sent, so mail programs show them as one conversation.
 */
export function emailMessage(notification: Notification, domain: string): EmailMessage {
  const { subject, alerts, more } = notificationText(notification);
  const [first, ...others] = notification.alerts.map(({ alertId }) => `<alert.${idPart(alertId)}@${domain}>`);
  if (first === undefined) throw new Error('a notification has an alert');
  const parts = [...alerts.map(plainAlert), ...(more === undefined ? [] : [more])];
  const blocks = [...alerts.map(htmlAlert), ...(more === undefined ? [] : [`<p>${escaped(more)}</p>`])];
  return {
    subject: shortened(subject, 200),
    text: `${parts.join('\n\n')}\n`,
    html: `<!doctype html><html lang="${notification.language}"><body>${blocks.join('<hr>')}</body></html>`,
    messageId: `<delivery.${idPart(notification.deliveryId)}@${domain}>`,
    inReplyTo: first,
    references: [first, ...others.slice(0, 20)],
    headers: {
      'X-Entity-Ref-ID': idPart(notification.alerts[0].alertId),
      // No holiday answers.
      'Auto-Submitted': 'auto-generated',
    },
  };
}

/** An id as a part of a header: a hash where it has characters that could end one. */
function idPart(id: string): string {
  return /^[A-Za-z0-9_-]{1,100}$/.test(id) ? id : createHash('sha256').update(id).digest('hex');
}

function plainAlert({ heading, lines, links }: AlertText): string {
  return [heading, ...lines, ...links.map(({ label, url }) => `${label}: ${url}`)].join('\n');
}

function htmlAlert({ heading, lines, links }: AlertText): string {
  const paragraphs = lines.map((line) => `<p>${escaped(line)}</p>`);
  const anchors = links.map(
    ({ label, url }) => `<a href="${escaped(new URL(url).href)}">${escaped(label)}</a>`,
  );
  return `<h3>${escaped(heading)}</h3>${paragraphs.join('')}<p>${anchors.join(' &middot; ')}</p>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
