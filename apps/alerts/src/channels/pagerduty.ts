import { z } from 'zod';
import type { ChannelAdapter, Notification, NotificationAlert } from './channel.ts';
import { detailsPayload } from './notification-payload.ts';
import { isPressing, notificationText, oneLine, shortened } from './notification-text.ts';
import { receiverUrlField } from './receiver-url.ts';
import { jsonRequest, sendOverHttp } from './send-over-http.ts';

const settingsSchema = z.strictObject({
  routing_key: z.string().regex(/^[A-Za-z0-9]{32}$/, 'must be an integration key of 32 letters and digits'),
  url: receiverUrlField
    .default('https://events.pagerduty.com/v2/enqueue')
    .describe('In Europe https://events.eu.pagerduty.com/v2/enqueue'),
});
type PagerDutySettings = z.infer<typeof settingsSchema>;

/** PagerDuty's Events API v2. The alert's id is its `dedup_key`: a repeated event changes the same incident. */
export const pagerduty: ChannelAdapter<PagerDutySettings> = {
  kind: 'pagerduty',
  oneAlertAtATime: true,
  readByPeople: false,
  settings: settingsSchema,
  secrets: ['routing_key'],
  send: ({ url, ...settings }, notification, context) =>
    sendOverHttp(context, () => jsonRequest(url, pagerdutyEvent(settings, notification)), {
      refusesForGood: true,
    }),
};

export function pagerdutyEvent(
  { routing_key }: Pick<PagerDutySettings, 'routing_key'>,
  notification: Notification,
) {
  const [alert, ...others] = notification.alerts;
  if (others.length > 0) throw new Error('PagerDuty takes one alert at a time');
  const { subject } = notificationText(notification);
  const { severity, firingSince, links, details } = alert;
  return {
    routing_key,
    event_action: eventAction(alert),
    dedup_key: alert.alertId,
    client: 'biometric-bridge',
    client_url: links.open,
    links: [{ href: links.open, text: oneLine(alert.title) }],
    payload: {
      summary: shortened(subject, 1_024),
      source: 'biometric-bridge',
      // Our severities are three of PagerDuty's four.
      severity,
      timestamp: new Date(firingSince).toISOString(),
      ...(details && { class: details.kind, custom_details: detailsPayload(details) }),
    },
  };
}

function eventAction(alert: NotificationAlert): 'trigger' | 'acknowledge' | 'resolve' {
  if (alert.status === 'resolved' || alert.reason === 'resolved') return 'resolve';
  return isPressing(alert) ? 'trigger' : 'acknowledge';
}
