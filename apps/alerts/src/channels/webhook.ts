import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { ChannelAdapter, Notification, ReceiverRequest } from './channel.ts';
import { receiverUrlField } from './receiver-url.ts';
import { notificationPayload } from './notification-payload.ts';
import { jsonRequest, sendOverHttp } from './send-over-http.ts';

const secretField = z.string().refine(isSecret, 'must be whsec_ and 24 to 64 bytes in base64');

const settingsSchema = z.strictObject({
  url: receiverUrlField,
  secrets: z
    .array(secretField)
    .min(1)
    .max(5)
    .describe('Newest first. All of them sign, so a receiver can change over whenever it likes'),
});
type WebhookSettings = z.infer<typeof settingsSchema>;

/** Signed as Standard Webhooks says. Its id is the idempotency key. */
export const webhook: ChannelAdapter<WebhookSettings> = {
  kind: 'webhook',
  oneAlertAtATime: false,
  readByPeople: false,
  settings: settingsSchema,
  secrets: ['secrets'],
  send: (settings, notification, context) =>
    sendOverHttp(context, () => signedRequest(settings, notification, context.now), {
      refusesForGood: false,
    }),
};

function signedRequest(
  { url, secrets }: WebhookSettings,
  notification: Notification,
  now: number,
): ReceiverRequest {
  const { deliveryId } = notification;
  const { body, ...request } = jsonRequest(url, notificationPayload(notification));
  const signatures = secrets.map((secret) => new Webhook(secret).sign(deliveryId, new Date(now), body));
  return {
    ...request,
    body,
    headers: {
      ...request.headers,
      'webhook-id': deliveryId,
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      'webhook-signature': signatures.join(' '),
    },
  };
}

/** Standard Webhooks asks for 24 to 64 bytes. */
function isSecret(text: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (encoded === undefined) return false;
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === encoded;
}
