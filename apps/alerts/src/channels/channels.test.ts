import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildNotification, buildNotificationAlert, healthDetails } from '../../test/build-notification.ts';
import { startNtfyReceiver } from '../../test/receivers/ntfy-receiver.ts';
import { startPagerDutyReceiver } from '../../test/receivers/pagerduty-receiver.ts';
import { startSlackReceiver } from '../../test/receivers/slack-receiver.ts';
import { startSmtpReceiver } from '../../test/receivers/smtp-receiver.ts';
import type { Receiver } from '../../test/receivers/start-receiver.ts';
import { startWebhookReceiver } from '../../test/receivers/webhook-receiver.ts';
import { buildSendContext } from '../../test/send-context.ts';
import type { Notification, NotificationAlert } from './channel.ts';
import { adapterOf, createChannelAdapters } from './channels.ts';
import { createReceiverClient } from './send-request.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const limits = { allowedPrivateHosts: ['127.0.0.1'], maxAnswerBytes: 1_000 };
const client = createReceiverClient({ ...limits, timeoutMs: 30_000 });
const impatient = createReceiverClient({ ...limits, timeoutMs: 100 });
const sinkFolder = await mkdtemp(join(tmpdir(), 'sink-'));
const adapters = createChannelAdapters(sinkFolder);
afterAll(async () => {
  client.close();
  impatient.close();
  await rm(sinkFolder, { recursive: true });
});

async function send(kind: string, settings: unknown, notification: Notification, attempt = 1) {
  return adapterOf(adapters, kind)?.send(settings, notification, buildSendContext(client, attempt));
}

type Case = { readonly settings: (receiver: Receiver) => unknown; readonly start: () => Promise<Receiver> };

const overHttp: Record<string, Case> = {
  webhook: {
    start: () => startWebhookReceiver(secret),
    settings: ({ url }) => ({ url: `${url}/alerts`, secrets: [secret] }),
  },
  slack: {
    start: () => startSlackReceiver(),
    settings: ({ url }) => ({ url: `${url}/services/T1/B2/abc` }),
  },
  pagerduty: {
    start: () => startPagerDutyReceiver(),
    settings: ({ url }) => ({ url: `${url}/v2/enqueue`, routing_key: 'a'.repeat(32) }),
  },
  ntfy: {
    start: () => startNtfyReceiver('tk_1'),
    settings: ({ url }) => ({ url, topic: 'coach', token: 'tk_1' }),
  },
};

const life: readonly Partial<NotificationAlert>[] = [
  { reason: 'fired' },
  { reason: 'updated' },
  { reason: 'raised', severity: 'critical' },
  { reason: 'acknowledged', severity: 'critical' },
  { reason: 'unconfirmed', status: 'unconfirmed', severity: 'critical' },
  { reason: 'resolved', status: 'resolved', severity: 'critical' },
  { reason: 'asked' },
  { reason: 'repeated' },
  { reason: 'escalated' },
];
const lives = (details?: NotificationAlert['details']) =>
  life.map((fields, index) =>
    buildNotification([buildNotificationAlert({ ...fields, step: index + 1, ...(details && { details }) })], {
      deliveryId: `delivery-${index + 1}`,
    }),
  );
/** A hostile name, and texts that mean something to each format. */
const hostile = {
  ...healthDetails,
  userId: 'x\r\nBcc: everybody@evil.test\r\n\r\n<!channel> <img src=x> *_~`|',
  summary: `<https://evil.test|Click> & ${'\u{1f494}<&>'.repeat(180)}`,
  advice: '&'.repeat(1_000),
};

describe.each(Object.entries(overHttp))('%s', (kind, { start, settings }) => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await start();
  });
  afterEach(() => receiver.close());

  test('tells every turn of an alert, without a word of health', async () => {
    for (const notification of lives()) {
      expect(await send(kind, settings(receiver), notification)).toMatchObject({ kind: 'delivered' });
    }
    expect(receiver.requests).toHaveLength(life.length);
    const sent = JSON.stringify(receiver.requests.map(({ headers, body }) => [headers, body]));
    expect(sent).not.toMatch(/person-17|pulse|reflex|132\/min/i);
  });

  test('tells it with details where the channel is fit for them', async () => {
    for (const notification of lives(healthDetails)) {
      expect(await send(kind, settings(receiver), notification)).toMatchObject({ kind: 'delivered' });
    }
    expect(receiver.requests.every(({ body }) => body.includes('Pulse 132/min'))).toBe(true);
  });

  test('texts cannot leave their place', async () => {
    for (const notification of lives(hostile)) {
      expect(await send(kind, settings(receiver), notification)).toMatchObject({ kind: 'delivered' });
    }
    expect(receiver.requests.some(({ headers }) => 'bcc' in headers)).toBe(false);
  });

  test('a hundred alerts at once', async () => {
    const [first, ...others] = Array.from({ length: 100 }, (_, index) =>
      buildNotificationAlert({ alertId: `alert-${index}`, details: hostile }),
    );
    if (first === undefined) return;
    const result = await send(kind, settings(receiver), buildNotification([first, ...others]));
    if (kind === 'pagerduty') expect(result).toEqual({ kind: 'refused', reason: 'template' });
    else expect(result).toMatchObject({ kind: 'delivered' });
  });

  test('says the same on every attempt', async () => {
    await send(kind, settings(receiver), buildNotification(), 1);
    await send(kind, settings(receiver), buildNotification(), 2);
    const [first, second] = receiver.requests;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  });

  test.each([
    [{ status: 500 }, { kind: 'failed', reason: 'server_error', status: 500 }],
    [
      { status: 503, headers: { 'retry-after': '3' } },
      { kind: 'failed', reason: 'server_error', status: 503, retryAfterMs: 3_000 },
    ],
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { kind: 'failed', reason: 'rate_limited', status: 429, retryAfterMs: 7_000 },
    ],
    [{ status: 410 }, { kind: 'gone', status: 410 }],
    [
      { status: 301, headers: { location: 'http://169.254.169.254/' } },
      { kind: 'failed', reason: 'redirect', status: 301 },
    ],
    ['cut' as const, { kind: 'failed', reason: 'connection' }],
    ['headers' as const, { kind: 'failed', reason: 'answer_too_large' }],
    ['endless' as const, { kind: 'delivered', status: 200 }],
  ])('a receiver that answers %j', async (behaviour, expected) => {
    receiver.behave(behaviour);
    expect(await send(kind, settings(receiver), buildNotification())).toEqual(expected);
    expect(receiver.requests).toHaveLength(1);
  });

  test('a receiver that hangs', async () => {
    receiver.behave('hang');
    const adapter = adapterOf(adapters, kind);
    const result = adapter?.send(settings(receiver), buildNotification(), buildSendContext(impatient));
    expect(await result).toEqual({ kind: 'failed', reason: 'timeout' });
  });

  test('a template that throws is refused, and nothing is sent', async () => {
    const alert = buildNotificationAlert();
    const broken = Object.defineProperty({ ...alert }, 'title', {
      enumerable: true,
      get: () => {
        throw new Error('no such text');
      },
    });
    const result = await send(kind, settings(receiver), buildNotification([broken]));
    expect(result).toEqual({ kind: 'refused', reason: 'template' });
    expect(receiver.requests).toEqual([]);
  });

  test('settings that do not fit are refused', async () => {
    const result = await send(kind, { more: true }, buildNotification());
    expect(result).toEqual({ kind: 'refused', reason: 'settings' });
  });
});

describe('email', () => {
  test('tells every turn of an alert, with and without details', async () => {
    const receiver = await startSmtpReceiver();
    const settings = {
      host: receiver.host,
      port: receiver.port,
      security: 'none',
      from: 'bridge@bridge.test',
      to: 'coach@team.test',
    };
    for (const notification of [...lives(), ...lives(healthDetails), ...lives(hostile)]) {
      expect(await send('email', settings, notification)).toEqual({ kind: 'delivered' });
    }
    await receiver.close();
    expect(receiver.mails).toHaveLength(3 * life.length);
    const neutral = receiver.mails.slice(0, life.length);
    expect(JSON.stringify(neutral)).not.toMatch(/person-17|pulse|reflex|132\/min/i);
    expect(receiver.mails[life.length]?.body).toContain('Pulse 132/min');
    expect(receiver.mails.map(({ to }) => to).flat()).toEqual(Array(3 * life.length).fill('coach@team.test'));
    expect(receiver.mails.some(({ headers }) => 'bcc' in headers)).toBe(false);
  });
});

describe('sink', () => {
  test('appends a line per attempt, for its owner only', async () => {
    const settings = { file: 'phone.jsonl' };
    for (const notification of lives()) {
      expect(await send('sink', settings, notification)).toEqual({ kind: 'delivered' });
    }
    const path = join(sinkFolder, 'phone.jsonl');
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { subject: string }).subject)).toEqual([
      'Warning: Somebody you follow needs a look (new)',
      'Warning: Somebody you follow needs a look (new values)',
      'Critical: Somebody you follow needs a look (more urgent now)',
      'Critical: Somebody you follow needs a look (somebody is on it)',
      'Critical: Somebody you follow needs a look (no more data)',
      'Critical: Somebody you follow needs a look (over)',
      'Warning: Somebody you follow needs a look (a question)',
      'Warning: Somebody you follow needs a look (still open)',
      'Warning: Somebody you follow needs a look (nobody has reacted yet)',
    ]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test.each(['../escape.jsonl', '/etc/passwd', '.bashrc', 'a/b.jsonl', ''])('no file %s', async (file) => {
    expect(await send('sink', { file }, buildNotification())).toEqual({
      kind: 'refused',
      reason: 'settings',
    });
  });

  test('is there only where the deployment allows it', () => {
    expect(adapterOf(createChannelAdapters(), 'sink')).toBeUndefined();
  });

  test('a folder that is not there is a fault that may pass', async () => {
    const lost = adapterOf(createChannelAdapters(join(sinkFolder, 'none')), 'sink');
    const result = await lost?.send({ file: 'a.jsonl' }, buildNotification(), buildSendContext(client));
    expect(result).toEqual({ kind: 'failed', reason: 'connection' });
  });
});
