import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { testTime } from '@bridge/testing';
import { expect, test } from 'vitest';
import { buildNotification, buildNotificationAlert, healthDetails } from '../../test/build-notification.ts';
import type { ReceiverRequest } from './channel.ts';
import { webhook } from './webhook.ts';

const [older, newer] = [5, 9].map((byte) => `whsec_${Buffer.alloc(24, byte).toString('base64')}`) as [
  string,
  string,
];
const now = Date.UTC(2026, 10, 20, 12, 1);

async function requestOf(secrets: string[], notification = buildNotification(), at = now) {
  const requests: ReceiverRequest[] = [];
  await webhook.send({ url: 'https://receiver.test/', secrets }, notification, {
    now: at,
    attempt: 1,
    timeoutMs: 1_000,
    request: (request) => {
      requests.push(request);
      return Promise.resolve({ kind: 'answer', status: 204, headers: {}, body: '' });
    },
    connect: () => Promise.resolve({ kind: 'failed', reason: 'connection' }),
  });
  const [request] = requests;
  if (request === undefined) throw new Error('nothing was sent');
  return request;
}

test('the payload', async () => {
  const alert = buildNotificationAlert({ details: healthDetails });
  const { body } = await requestOf([newer], buildNotification([alert]));
  expect(JSON.parse(body)).toEqual({
    type: 'alert.notification',
    timestamp: testTime(0.5),
    data: {
      delivery_id: 'ZGVsaXZlcnktMQ',
      language: 'en',
      alerts: [
        {
          alert_id: 'Yjc0ZmE4',
          step: 1,
          reason: 'fired',
          status: 'firing',
          severity: 'warning',
          firing_since: testTime(),
          title: 'Somebody you follow needs a look',
          details: {
            user_id: 'person-17',
            kind: 'rule.pulse_high',
            summary: 'Pulse 132/min for 10 minutes at rest; usually 58.',
            advice: 'Sit down and measure again in five minutes.',
            mode: 'reflex',
          },
          links: alert.links,
        },
      ],
    },
  });
});

test('every secret signs, the newest first; the id stays and the time is that of the attempt', async () => {
  const first = await requestOf([newer, older]);
  const later = await requestOf([newer], buildNotification(), now + 3_600_500);
  const [signature = '', second = '', ...more] = (first.headers['webhook-signature'] ?? '').split(' ');
  expect(new Webhook(newer).sign('ZGVsaXZlcnktMQ', new Date(now), first.body)).toBe(signature);
  expect(new Webhook(older).sign('ZGVsaXZlcnktMQ', new Date(now), first.body)).toBe(second);
  expect(more).toEqual([]);
  expect(first.headers).toMatchObject({
    'webhook-id': 'ZGVsaXZlcnktMQ',
    'webhook-timestamp': String(now / 1_000),
  });
  expect(later.headers).toMatchObject({
    'webhook-id': 'ZGVsaXZlcnktMQ',
    'webhook-timestamp': String(now / 1_000 + 3_600),
  });
  expect(later.body).toBe(first.body);
});

test.each([
  { url: 'ftp://receiver.test/', secrets: [newer] },
  { url: 'https://name:word@receiver.test/', secrets: [newer] },
  { url: 'receiver', secrets: [newer] },
  { url: 'https://receiver.test/', secrets: [] },
  { url: 'https://receiver.test/', secrets: ['whsec_c2hvcnQ='] },
  { url: 'https://receiver.test/', secrets: [newer.replace('whsec_', '')] },
  { url: 'https://receiver.test/', secrets: [`whsec_${randomBytes(65).toString('base64')}`] },
  { url: 'https://receiver.test/', secrets: [newer], headers: {} },
])('settings %j are refused', (given) => {
  expect(webhook.settings.safeParse(given).success).toBe(false);
});
