import { alertId, type AlertDetail } from '@bridge/contracts';
import { randomName, testTime } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNtfyReceiver } from './receivers/ntfy-receiver.ts';
import { jsonOf, type Receiver } from './receivers/start-receiver.ts';
import { createStoryWorld, until, type StoryWorld } from './story-world.ts';

const person = randomName('canary-user');
const alert_id = alertId('f'.repeat(32), 'rule.pulse_high');
const about = { user_id: person, alert_id, kind: 'rule.pulse_high', index: 0 };

let story: StoryWorld;
let phone: Receiver;

beforeAll(async () => {
  story = await createStoryWorld();
  phone = story.use(await startNtfyReceiver());
  await story.call('PUT', '/channels/phone', {
    kind: 'ntfy',
    settings: { url: phone.url, topic: 'phone' },
    user_id: person,
  });
  await story.call('PUT', '/budgets', { budgets: [] });
  await story.call('PUT', '/routes', {
    default: { channels: ['phone'], group: { wait_seconds: 0, interval_seconds: 0 } },
    routes: [],
    inhibitions: [],
    systems: {},
  });
}, 60_000);

afterAll(() => story.close());

/** The address of the acknowledging button of a message. */
async function buttonOf(place: number): Promise<string> {
  const message = await until(`message ${String(place)}`, () => phone.requests[place]);
  const { actions } = jsonOf(message) as { actions: { label: string; url: string }[] };
  const button = actions.find(({ label }) => label === 'I will take care of it');
  return story.url() + new URL(button?.url ?? '').pathname;
}

const pageOf = async (link: string, method = 'GET') => (await fetch(link, { method })).text();
const acknowledged = async () =>
  ((await story.call('GET', `/alerts/${alert_id}`)) as AlertDetail).acknowledged !== undefined;

test('a link acknowledges the firing and the severity that it was sent for, and nothing else', async () => {
  await story.send({ ...about, severity: 'warning', seq: 1, at: testTime(1), cause: '1' });
  const first = await buttonOf(0);
  expect(await pageOf(first)).toContain('Please take a look at how you are');

  await story.send({
    ...about,
    severity: 'warning',
    status: 'resolved',
    seq: 2,
    at: testTime(2),
    cause: '2',
  });
  await until('the end is told', () => phone.requests[1]);
  await story.send({ ...about, severity: 'warning', seq: 3, at: testTime(3), cause: '3' });
  const second = await buttonOf(2);
  for (const method of ['GET', 'POST']) expect(await pageOf(first, method)).toContain('This has changed');
  expect(await acknowledged()).toBe(false);

  await story.send({ ...about, severity: 'critical', seq: 4, at: testTime(4), cause: '4' });
  const third = await buttonOf(3);
  for (const method of ['GET', 'POST']) expect(await pageOf(second, method)).toContain('This has changed');
  expect(await acknowledged()).toBe(false);

  expect(await pageOf(third)).toContain('I will take care of it');
  expect(await pageOf(third, 'POST')).toContain('Done');
  expect(await acknowledged()).toBe(true);
});
