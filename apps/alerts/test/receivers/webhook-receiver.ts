import { Webhook } from 'standardwebhooks';
import { startReceiver, type Receiver, type ReceiverPlace } from './start-receiver.ts';

/** Verifies every request with the package that Standard Webhooks publishes for receivers. */
export function startWebhookReceiver(secret: string, place?: ReceiverPlace): Promise<Receiver> {
  const verifier = new Webhook(secret);
  return startReceiver(({ method, headers, body }) => {
    if (method !== 'POST' || headers['content-type'] !== 'application/json') return { status: 415 };
    try {
      verifier.verify(body, headers as Record<string, string>);
      return { status: 204 };
    } catch {
      return { status: 401 };
    }
  }, place);
}
