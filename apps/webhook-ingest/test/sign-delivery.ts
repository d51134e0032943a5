import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** Secrets of one test file's service. */
export const senders = {
  OURA_CLIENT_ID: 'oura-client',
  OURA_CLIENT_SECRET: 'oura-new-secret,oura-old-secret',
  OURA_VERIFICATION_TOKEN: 'oura-verification-token',
  WHOOP_CLIENT_ID: 'whoop-client',
  WHOOP_CLIENT_SECRET: 'whoop-secret',
  WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 5).toString('base64')}`,
} as const;

export type Delivery = {
  readonly path: string;
  readonly body: string;
  readonly headers: Record<string, string>;
};

/** What Oura sends, signed as Oura signs. `atMs` is the signed time. */
export function fromOura(
  body: unknown,
  { atMs = Date.now(), secret = 'oura-new-secret' }: { atMs?: number; secret?: string } = {},
): Delivery {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const time = String(Math.floor(atMs / 1_000));
  const signature = createHmac('sha256', secret)
    .update(time + text)
    .digest('hex')
    .toUpperCase();
  return {
    path: '/webhooks/oura',
    body: text,
    headers: { authorization: '', 'x-oura-signature': signature, 'x-oura-timestamp': time },
  };
}

export function fromWhoop(body: unknown, { atMs = Date.now() }: { atMs?: number } = {}): Delivery {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const time = String(atMs);
  const signature = createHmac('sha256', senders.WHOOP_CLIENT_SECRET)
    .update(time + text)
    .digest('base64');
  return {
    path: '/webhooks/whoop',
    body: text,
    headers: { authorization: '', 'x-whoop-signature': signature, 'x-whoop-signature-timestamp': time },
  };
}

/** A flat body signed by the Standard Webhooks library. */
export function standardSigned(path: string, body: unknown, at = new Date()): Delivery {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const signature = new Webhook(senders.WEBHOOK_SECRETS).sign('msg_1', at, text);
  return {
    path,
    body: text,
    headers: {
      authorization: '',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signature,
    },
  };
}
