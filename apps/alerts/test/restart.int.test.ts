import { alertId } from '@bridge/contracts';
import { randomName, testTime } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonOf, type Receiver } from './receivers/start-receiver.ts';
import { startWebhookReceiver } from './receivers/webhook-receiver.ts';
import { createStoryWorld, until, type StoryWorld } from './story-world.ts';

const secret = `whsec_${Buffer.from('a secret of the webhook receiver').toString('base64')}`;
const waitSeconds = 3;

let story: StoryWorld;
let receivers: { readonly first: Receiver; readonly second: Receiver };

beforeAll(async () => {
  story = await createStoryWorld();
  receivers = {
    first: story.use(await startWebhookReceiver(secret)),
    second: story.use(await startWebhookReceiver(secret)),
  };
  for (const [name, { url }] of Object.entries(receivers)) {
    await story.call('PUT', `/channels/${name}`, {
      kind: 'webhook',
      settings: { url, secrets: [secret] },
      fit_for_health_data: true,
    });
  }
  await story.call('PUT', '/routes', {
    default: {
      channels: ['first'],
      group: { wait_seconds: waitSeconds, interval_seconds: 1, repeat_seconds: 3_600 },
      escalation: [{ after_minutes: waitSeconds / 60, channels: ['second'] }],
    },
    routes: [],
    inhibitions: [],
    systems: {},
  });
}, 60_000);

afterAll(() => story.close());

type Told = { readonly alertId: string; readonly reason: string; readonly step: number; readonly at: number };

function told(receiver: Receiver, alert: string): Told[] {
  return receiver.requests.flatMap((request) => {
    const { data, timestamp } = jsonOf(request) as {
      timestamp: string;
      data: { alerts: { alert_id: string; reason: string; step: number }[] };
    };
    return data.alerts
      .filter(({ alert_id }) => alert_id === alert)
      .map(({ alert_id, reason, step }) => ({ alertId: alert_id, reason, step, at: Date.parse(timestamp) }));
  });
}

test('a group that waits, an escalation that runs and a silence that ends survive a restart: nothing early, lost or doubled', async () => {
  const [waiting, escalating, silenced] = ['1', '2', '3'].map((n) => ({
    alert: alertId(n.repeat(32), 'rule.pulse_high'),
    user: randomName('restart'),
  }));
  if (!waiting || !escalating || !silenced) throw new Error('three persons');
  const fire = ({ alert, user }: typeof waiting, severity: 'critical' | 'warning') =>
    story.send({
      alert_id: alert,
      user_id: user,
      kind: 'rule.pulse_high',
      severity,
      at: testTime(),
      cause: user,
    });

  const silenceEnds = Date.now() + waitSeconds * 2_000;
  await story.call('POST', '/silences', {
    match: { user_id: [silenced.user] },
    ends_at: new Date(silenceEnds).toISOString(),
    comment: 'maintenance',
  });
  // The critical alert is told at once; when it has come, the routes are in force for the others too.
  await fire(escalating, 'critical');
  const escalated = await until('the first message', () => told(receivers.first, escalating.alert)[0]);
  const sentAt = Date.now();
  await Promise.all([fire(waiting, 'warning'), fire(silenced, 'critical')]);
  await until('the signals are known', async () => {
    const { alerts } = (await story.call('GET', `/alerts?user_id=${silenced.user}`)) as { alerts: unknown[] };
    const other = (await story.call('GET', `/alerts?user_id=${waiting.user}`)) as { alerts: unknown[] };
    return alerts.length + other.alerts.length === 2 ? true : undefined;
  });
  await story.stopService();
  expect(told(receivers.first, waiting.alert)).toEqual([]);
  await story.startService();

  const second = await until('the escalation', () => told(receivers.second, escalating.alert)[0]);
  const waited = await until('the group', () => told(receivers.first, waiting.alert)[0]);
  const loud = await until('the end of the silence', () => told(receivers.first, silenced.alert)[0]);
  expect(second.reason).toBe('escalated');
  expect(second.at - escalated.at).toBeGreaterThanOrEqual(waitSeconds * 1_000);
  expect(waited.at - sentAt).toBeGreaterThanOrEqual(waitSeconds * 1_000);
  expect(loud.at).toBeGreaterThanOrEqual(silenceEnds);
  for (const { alert } of [waiting, escalating, silenced]) {
    expect(told(receivers.first, alert).map(({ reason, step }) => [reason, step])).toEqual([['fired', 1]]);
  }
  expect(told(receivers.second, escalating.alert)).toHaveLength(1);
});
