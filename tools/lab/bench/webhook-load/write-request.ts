import { createHmac } from 'node:crypto';
import type { Deliveries } from './load.ts';

export type WriteRequest = {
  /** The nr-th request, whole. */
  readonly write: (nr: number) => Buffer;
  /** The status that says that it is durable. */
  readonly durable: number;
};

export function createWriteRequest(deliveries: Deliveries): WriteRequest {
  switch (deliveries.kind) {
    case 'flat':
      return { durable: 202, write: (nr) => flatBody(deliveries, nr) };
    case 'oura':
      return { durable: 200, write: (nr) => signedNotice(deliveries, nr) };
  }
}

/** The guides' flat body. */
function flatBody({ prefix, authorization }: Deliveries & { readonly kind: 'flat' }, nr: number): Buffer {
  const body = JSON.stringify({
    user_id: `${prefix}-user-${nr % 1_000}`,
    event_id: `${prefix}-${nr}`,
    timestamp: new Date().toISOString(),
    hrv_rmssd: 30 + (nr % 50),
    readiness_score: 70 + (nr % 25),
    sleep_score: 80,
    heart_rate: 55 + (nr % 20),
  });
  return request(body, [`authorization: ${authorization}`]);
}

function signedNotice(
  { prefix, secret, userPrefix, users }: Deliveries & { readonly kind: 'oura' },
  nr: number,
): Buffer {
  const body = JSON.stringify({
    event_type: 'update',
    data_type: 'sleep',
    object_id: `${prefix}-${nr}`,
    event_time: new Date().toISOString(),
    user_id: `${userPrefix}${nr % users}`,
  });
  const time = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', secret).update(time).update(body).digest('hex').toUpperCase();
  return request(body, [`x-oura-signature: ${signature}`, `x-oura-timestamp: ${time}`]);
}

/** Bodies are ASCII. */
function request(body: string, headers: readonly string[]): Buffer {
  const head = [
    'POST /webhooks/oura HTTP/1.1',
    'host: 127.0.0.1',
    ...headers,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ].join('\r\n');
  return Buffer.from(`${head}\r\n\r\n${body}`);
}
