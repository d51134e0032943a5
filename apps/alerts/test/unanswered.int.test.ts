import { alertId } from '@bridge/contracts';
import { randomName, testTime } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStoryWorld, until, type StoryWorld } from './story-world.ts';

let story: StoryWorld;

beforeAll(async () => {
  story = await createStoryWorld();
  await story.call('PUT', '/channels/nobody', {
    kind: 'webhook',
    settings: { url: 'http://127.0.0.1:9/', secrets: [`whsec_${Buffer.alloc(32, 'a').toString('base64')}`] },
  });
  await story.call('POST', '/channels/nobody/disable');
  await story.call('PUT', '/routes', {
    default: { channels: [], escalation: [{ after_minutes: 1 / 600, channels: ['nobody'] }] },
    routes: [],
    inhibitions: [],
    systems: {},
  });
}, 60_000);

afterAll(() => story.close());

type OperatorsAlert = {
  readonly alert_id: string;
  readonly status: string;
  readonly reason?: string;
  advice?: string;
};

async function operatorsAlerts(): Promise<OperatorsAlert[]> {
  const path = '/alerts?user_id=bridge:operators&kind=pipeline.unanswered';
  return ((await story.call('GET', path)) as { alerts: OperatorsAlert[] }).alerts;
}

test('operators hear that nobody answers, of many persons at once, and each time that somebody did or it ended', async () => {
  const firings = Array.from({ length: 6 }, (_, n) => ({
    alert_id: alertId(String(n).repeat(32), 'rule.pulse_high'),
    user_id: randomName('unanswered'),
    kind: 'rule.pulse_high',
  }));
  await Promise.all(
    firings.map((firing) =>
      story.send({ ...firing, severity: 'critical', at: testTime(), cause: firing.user_id }),
    ),
  );
  const told = await until('operators are told of all', async () => {
    const alerts = await operatorsAlerts();
    return alerts.length === firings.length ? alerts : undefined;
  });
  expect(told.map(({ status }) => status)).toEqual(firings.map(() => 'firing'));
  const toldOf = (alert: string) => told.find(({ advice }) => advice?.includes(alert))?.alert_id ?? '';

  const [answered, ended] = firings;
  if (!answered || !ended) throw new Error('two of them');
  await story.call('POST', `/alerts/${answered.alert_id}/acknowledge`, {});
  await story.send({
    ...ended,
    severity: 'critical',
    status: 'resolved',
    reason: 'recovered',
    at: testTime(1),
    cause: 'the end',
  });
  const endOf = ({ alert_id }: { alert_id: string }) =>
    until('the end is told', async () => {
      const { status, reason } = (await story.call('GET', `/alerts/${toldOf(alert_id)}`)) as OperatorsAlert;
      return status === 'resolved' ? reason : undefined;
    });
  expect(await endOf(answered)).toBe('answered');
  expect(await endOf(ended)).toBe('recovered');
}, 60_000);
