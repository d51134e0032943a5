import { alertId, alertDetailSchema, deliveryListSchema, type AlertStateSignal } from '@bridge/contracts';
import { randomName, testTime } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reading } from './build-signal.ts';
import { startNtfyReceiver } from './receivers/ntfy-receiver.ts';
import { startPagerDutyReceiver } from './receivers/pagerduty-receiver.ts';
import { startSlackReceiver } from './receivers/slack-receiver.ts';
import { startSmtpReceiver } from './receivers/smtp-receiver.ts';
import { startWebhookReceiver } from './receivers/webhook-receiver.ts';
import { createStoryWorld, until, type StoryWorld } from './story-world.ts';

const person = randomName('canary-user');
const secret = `whsec_${Buffer.from('a secret of the webhook receiver').toString('base64')}`;

let story: StoryWorld;
let receivers: Awaited<ReturnType<typeof startReceivers>>;

async function startReceivers({ use }: StoryWorld) {
  return {
    webhook: use(await startWebhookReceiver(secret)),
    slack: use(await startSlackReceiver()),
    pagerduty: use(await startPagerDutyReceiver()),
    ntfy: use(await startNtfyReceiver()),
    email: use(await startSmtpReceiver()),
  };
}

beforeAll(async () => {
  story = await createStoryWorld();
  receivers = await startReceivers(story);
  await setUp();
}, 60_000);

afterAll(() => story.close());

const call = (method: string, path: string, body?: object) => story.call(method, path, body);
const send = (given: Parameters<StoryWorld['send']>[0]) => story.send({ user_id: person, ...given });

/** Five channels, of which only the webhook may carry health data, and a default route to all of them. */
async function setUp(): Promise<void> {
  const { webhook, slack, pagerduty, ntfy, email } = receivers;
  const settings = {
    webhook: { url: webhook.url, secrets: [secret] },
    slack: { url: `${slack.url}/services/T1/B1/abc` },
    pagerduty: { url: `${pagerduty.url}/v2/enqueue`, routing_key: 'a'.repeat(32) },
    ntfy: { url: ntfy.url, topic: 'bridge' },
    email: {
      host: '127.0.0.1',
      port: email.port,
      security: 'none',
      from: 'a@example.org',
      to: 'b@example.org',
    },
  };
  for (const [kind, given] of Object.entries(settings)) {
    await call('PUT', `/channels/${kind}`, {
      kind,
      settings: given,
      fit_for_health_data: kind === 'webhook',
    });
  }
  const routing = (await call('GET', '/routes')) as { inhibitions: unknown; systems: unknown };
  await call('PUT', '/routes', {
    default: {
      channels: Object.keys(settings),
      group: { wait_seconds: 0.05, interval_seconds: 0.05, repeat_seconds: 3_600 },
      notify_updates: true,
    },
    routes: [],
    inhibitions: routing.inhibitions,
    systems: routing.systems,
  });
}

/** A critical alert is told at once, so whatever was set up before is in force when it has come. */
async function untilRoutesApply(cause: string): Promise<void> {
  const alert_id = alertId(cause.repeat(32), 'rule.respiration');
  await send({ alert_id, kind: 'rule.respiration', severity: 'critical', cause });
  await until('the routes apply', () =>
    receivers.webhook.requests.some(({ body }) => body.includes(alert_id)) ? true : undefined,
  );
}

type Payload = { data: { alerts: { reason: string; step: number; severity: string; summary?: string }[] } };

const webhookAlerts = () =>
  receivers.webhook.requests.flatMap(({ body }) => (JSON.parse(body) as Payload).data.alerts);
const pagerdutyActions = () =>
  receivers.pagerduty.requests.map(({ body }) => (JSON.parse(body) as { event_action: string }).event_action);

/** So many messages at every receiver, each of them accepted. */
async function told(count: number): Promise<void> {
  const { webhook, slack, pagerduty, ntfy, email } = receivers;
  const counts = () => [
    ...[webhook, slack, pagerduty, ntfy].map(({ requests }) => requests.length),
    email.mails.length,
  ];
  await until(`${String(count)} messages`, () => (counts().every((one) => one >= count) ? true : undefined));
  expect(counts()).toEqual([count, count, count, count, count]);
  for (const { requests } of [webhook, slack, pagerduty, ntfy]) {
    for (const { status } of requests) expect(status).toBeLessThan(300);
  }
}

test('fire, update, raise, acknowledge, unconfirmed and resolve reach all five kinds of receivers, in order and once', async () => {
  const alert_id = alertId('e'.repeat(32), 'rule.pulse_high');
  const about = { alert_id, kind: 'rule.pulse_high', time_zone: 'Europe/Berlin', advice: 'Sit down.' };
  const steps: (Partial<AlertStateSignal> & { severity: AlertStateSignal['severity'] })[] = [
    { severity: 'warning', summary: 'Pulse 118 at rest.' },
    { severity: 'warning', summary: 'Pulse 121 at rest.' },
    {
      severity: 'critical',
      summary: 'Pulse 135 at rest.',
      evidence: { rules: [], readings: [reading(135)] },
    },
  ];
  await untilRoutesApply('2');
  await told(1);
  for (const [n, step] of steps.entries()) {
    await send({ ...about, seq: n + 1, index: 0, cause: String(n), at: testTime(n), ...step });
    await told(n + 2);
  }
  await call('POST', `/alerts/${alert_id}/acknowledge`, {});
  await told(5);
  await send({ ...about, seq: 4, index: 0, cause: '4', at: testTime(4), status: 'unconfirmed' });
  await told(6);
  await send({
    ...about,
    seq: 5,
    index: 0,
    cause: '5',
    at: testTime(5),
    status: 'resolved',
    reason: 'recovered',
  });
  await told(7);

  expect(
    webhookAlerts()
      .slice(1)
      .map(({ reason, step }) => [reason, step]),
  ).toEqual([
    ['fired', 1],
    ['updated', 2],
    ['raised', 3],
    ['acknowledged', 4],
    ['unconfirmed', 5],
    ['resolved', 6],
  ]);
  expect(pagerdutyActions().slice(1)).toEqual([
    'trigger',
    'trigger',
    'trigger',
    'acknowledge',
    'trigger',
    'resolve',
  ]);
  expect(new Set(receivers.webhook.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(7);

  const detail = alertDetailSchema.parse(await call('GET', `/alerts/${alert_id}`));
  expect(detail.history.map(({ change }) => change)).toEqual([
    'fired',
    'updated',
    'raised',
    'acknowledged',
    'unconfirmed',
    'resolved',
  ]);
  expect(detail.history[3]).toMatchObject({ by: 'key:AUREN_MASTER_API_KEY' });
  const all = deliveryListSchema.parse(await call('GET', `/alerts/${alert_id}/deliveries?limit=20`));
  expect(detail.deliveries).toEqual(all.deliveries);
  expect(detail.deliveries).toHaveLength(20);
  expect(detail.decision).toEqual(
    detail.transition_id === undefined ? undefined : { transition_id: detail.transition_id },
  );
});

test('only the channel that is fit for health data says whose body it is, and how it is', () => {
  expect(JSON.stringify(receivers.webhook.requests)).toContain(person);
  expect(JSON.stringify(receivers.webhook.requests)).toContain('Pulse 135');
  const { slack, pagerduty, ntfy, email } = receivers;
  for (const others of [slack.requests, pagerduty.requests, ntfy.requests, email.mails]) {
    const said = JSON.stringify(others);
    for (const secretWord of [person, 'pulse', 'Pulse', '135', 'Sit down'])
      expect(said).not.toContain(secretWord);
    expect(said).toContain('needs a look');
  }
});

test('a link in an e-mail acknowledges, once, and not before the button is pressed', async () => {
  const alert_id = alertId('f'.repeat(32), 'rule.spo2_low');
  const before = receivers.email.mails.length;
  await send({ alert_id, kind: 'rule.spo2_low', severity: 'critical', seq: 6, index: 0, cause: 'spo2' });
  const mail = await until('the mail', () => receivers.email.mails[before]);
  const links = [...mail.body.matchAll(/http:\/\/localhost:8888(\/a\/[\w-]+)/g)].map(([, path]) => path);
  const [acknowledge] = links;
  if (acknowledge === undefined) throw new Error('the mail has no link');
  const state = async () =>
    alertDetailSchema.parse(await call('GET', `/alerts/${alert_id}`)).acknowledged?.by;
  const page = await fetch(story.url() + acknowledge);
  expect(page.status).toBe(200);
  expect(await page.text()).not.toMatch(/spo2|canary/i);
  expect(await state()).toBeUndefined();
  expect((await fetch(story.url() + acknowledge, { method: 'POST' })).status).toBe(200);
  expect(await state()).toBe('channel:email');
  expect(await (await fetch(story.url() + acknowledge, { method: 'POST' })).text()).toMatch(/already/i);
});

test('a storm of signals about one person is one alert and one message', async () => {
  const user_id = randomName('storm');
  const alert_id = alertId('1'.repeat(32), 'rule.temperature');
  await call('PUT', '/routes', {
    default: { channels: ['webhook'], group: { wait_seconds: 2, interval_seconds: 300 } },
    routes: [],
    inhibitions: [],
    systems: {},
  });
  await untilRoutesApply('3');
  const before = webhookAlerts().length;
  const signals = Array.from({ length: 1_000 }, (_, n) =>
    send({
      user_id,
      alert_id,
      kind: 'rule.temperature',
      severity: 'warning',
      seq: 100 + n,
      index: 0,
      cause: String(n),
    }),
  );
  await Promise.all(signals);
  await until('the message', () => webhookAlerts()[before]);
  expect(webhookAlerts().slice(before)).toMatchObject([{ reason: 'fired', step: 1 }]);
});
