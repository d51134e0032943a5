import { alertId, type BiometricEvent } from '@bridge/contracts';
import { tailTopics, type IncomingMessage } from '@bridge/kafka';
import { randomName, silentLog } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNtfyReceiver } from './receivers/ntfy-receiver.ts';
import { jsonOf, type Receiver } from './receivers/start-receiver.ts';
import { createStoryWorld, until, type StoryWorld } from './story-world.ts';

const person = randomName('canary-user');
const hypothesis_id = 'a1'.repeat(16);

let story: StoryWorld;
let phone: Receiver;
let clinic: Receiver;
const events: IncomingMessage[] = [];

beforeAll(async () => {
  story = await createStoryWorld();
  phone = story.use(await startNtfyReceiver());
  clinic = story.use(await startNtfyReceiver());
  story.use(
    await tailTopics({
      kafka: story.connection,
      topics: [story.world.events],
      from: { backMessages: 0 },
      async onMessage(message) {
        await story.codec.prepare([message.value]);
        events.push(message);
      },
      onCrash: (error) => {
        throw error;
      },
      log: silentLog,
    }),
  );
  await story.call('PUT', '/channels/clinic', {
    kind: 'ntfy',
    settings: { url: clinic.url, topic: 'clinic' },
  });
  await story.call('PUT', '/channels/phone', {
    kind: 'ntfy',
    settings: { url: phone.url, topic: 'phone' },
    user_id: person,
  });
  await story.call('PUT', '/routes', {
    default: { channels: ['clinic'], group: { wait_seconds: 0, interval_seconds: 0 } },
    routes: [],
    inhibitions: [],
    systems: {},
  });
}, 60_000);

afterAll(() => story.close());

test('a question goes to the phone of the person, and a tap there becomes their answer, once', async () => {
  await story.send({
    alert_id: alertId('c'.repeat(32), 'rule.pulse_unexplained'),
    user_id: person,
    kind: 'rule.pulse_unexplained',
    severity: 'info',
    question: 'Were you moving?',
    answers: ['at_rest', 'exercise', 'unwell'],
    hypothesis_id,
  });
  const message = await until('the question', () => phone.requests[0]);
  const { actions } = jsonOf(message) as { actions: { label: string; url: string }[] };
  expect(actions.map(({ label }) => label)).toEqual(['I was at rest', 'I was moving', 'I feel unwell']);
  // A question is information: nobody else is told of it unless a route asks.
  expect(clinic.requests).toEqual([]);

  const [, moving] = actions.map(({ url }) => new URL(url).pathname);
  if (moving === undefined) throw new Error('there is no such button');
  const tap = () => fetch(story.url() + moving, { method: 'POST' });
  expect([(await tap()).status, (await tap()).status]).toEqual([200, 200]);
  const sent = await until('the answer', () => events[0]);
  const decoded = story.codec.decodeSync(sent.value);
  if (decoded.kind !== 'ok') throw new Error('the answer cannot be read');
  expect(decoded.value as BiometricEvent).toMatchObject({
    user_id: person,
    source: 'manual',
    event_type: 'answer',
    answer: { hypothesis_id, answer: 'exercise' },
  });
  expect(events).toHaveLength(1);
});
