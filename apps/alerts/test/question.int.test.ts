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

const asking = {
  kind: 'rule.pulse_unexplained',
  severity: 'info',
  question: 'Were you moving?',
} as const;

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

test('a question with four answers has buttons for two, and a page with all of them', async () => {
  const alert_id = alertId('d'.repeat(32), 'rule.pulse_unexplained');
  const before = phone.requests.length;
  const answers = ['at_rest', 'exercise', 'fine', 'unwell'] as const;
  await story.send({
    ...{ ...asking, alert_id, user_id: person, answers: [...answers], hypothesis_id: 'b2'.repeat(16) },
  });
  const message = await until('the question', () => phone.requests[before]);
  const { actions } = jsonOf(message) as { actions: { label: string; url: string }[] };
  expect(actions.map(({ label }) => label)).toEqual(['I was at rest', 'I was moving', 'More answers']);
  const { pathname, search } = new URL(actions[2]?.url ?? '');
  const page = await (await fetch(story.url() + pathname + search)).text();
  for (const label of ['I was at rest', 'I was moving', 'I feel fine', 'I feel unwell'])
    expect(page).toContain(label);
});

test('an answer to a question that is over is not recorded, and the page says so', async () => {
  const alert_id = alertId('e'.repeat(32), 'rule.pulse_unexplained');
  const before = phone.requests.length;
  const about = { kind: asking.kind, severity: asking.severity, alert_id, user_id: person, index: 0 };
  const hypothesis = {
    question: asking.question,
    answers: ['at_rest' as const],
    hypothesis_id: 'c3'.repeat(16),
  };
  await story.send({ ...about, ...hypothesis, seq: 5 });
  const message = await until('the question', () => phone.requests[before]);
  const { actions } = jsonOf(message) as { actions: { label: string; url: string }[] };
  const link = story.url() + new URL(actions[0]?.url ?? '').pathname;
  expect(await (await fetch(link)).text()).toContain('I was at rest');
  await story.send({ ...about, status: 'resolved', reason: 'expired', seq: 6, cause: 'end' });
  await until('the end', async () => {
    const { status } = (await story.call('GET', `/alerts/${alert_id}`)) as { status: string };
    return status === 'resolved' || undefined;
  });
  const count = events.length;
  for (const method of ['GET', 'POST']) {
    const page = await (await fetch(link, { method })).text();
    expect(page).toContain('The question is no longer open');
    expect(page).toContain('Nothing was recorded');
  }
  const outbox = story.use(story.connectDatabase());
  expect(
    await outbox.query('select 1 from alerts.action_links where alert_id = $1 and spent_at is not null', [
      Buffer.from(alert_id, 'hex'),
    ]),
  ).toEqual([]);
  expect(events).toHaveLength(count);
});
