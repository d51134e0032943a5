import {
  deadLetterMessage,
  createPublisher,
  type IncomingMessage,
  type OutgoingMessage,
} from '@bridge/kafka';
import {
  createTestTopics,
  fromEnvironment,
  silentLog,
  testMorning,
  testTime,
  type TestTopics,
} from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTopic } from '@bridge/testing';
import { deadLettersCommand } from './command.ts';

const secret = 'person-of-the-test';
const at = testMorning;

let topics: TestTopics<'events'>;
let topic: string;
let poison: IncomingMessage[];

beforeAll(async () => {
  topics = await createTestTopics(['events']);
  topic = topics.names.events;
  poison = [0, 1, 2].map((offset) => ({
    topic,
    partition: 1,
    offset,
    key: offset === 2 ? null : Buffer.from(secret),
    value: Buffer.from([0xff, 0xfe, offset]),
    headers: { ce_id: Buffer.from(`${secret}-${offset}`), twice: [Buffer.from('1'), Buffer.from('2')] },
    brokerTime: at,
  }));
  const [first, second, third] = poison as [IncomingMessage, IncomingMessage, IncomingMessage];
  await publish([
    deadLetterMessage(first, { reason: 'malformed', attempt: 1, at }),
    deadLetterMessage(second, { reason: 'unclassified', attempt: 4, at }),
    // The outbox may publish a row twice; a consumer whose position was set back dead-letters again.
    deadLetterMessage(second, { reason: 'unclassified', attempt: 4, at }),
    deadLetterMessage(third, { reason: 'malformed', attempt: 1, at }),
    { topic: topics.deadLetters.events, key: null, value: Buffer.from('not ours'), headers: {} },
  ]);
});

afterAll(() => topics.close());

async function publish(messages: readonly OutgoingMessage[]): Promise<void> {
  const publisher = createPublisher(topics.connection);
  await publisher.publish(messages);
  await publisher.close();
}

/** What `dead-letters <args>` prints. */
async function deadLetters(...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  const env = { KAFKA_BOOTSTRAP_SERVERS: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS') };
  const command = deadLettersCommand(env, silentLog, (...printed) => lines.push(printed.join()));
  await command.parseAsync(args, { from: 'user' });
  return lines;
}

const published = () => readTopic(topics.connection, topic);

test('lists each message once, with its reason and nothing of the person', async () => {
  expect(await deadLetters('list', '--topic', topic)).toEqual([
    `${topic}/1/0  malformed  attempt 1  ${testTime()}`,
    `${topic}/1/1  unclassified  attempt 4  ${testTime()}`,
    `${topic}/1/2  malformed  attempt 1  ${testTime()}`,
    '3 dead letters',
  ]);
  expect(await deadLetters('list', '--topic', topic, '--reason', 'unclassified')).toHaveLength(2);
});

test('shows one by its origin; contents only when they are asked for', async () => {
  const shown = (await deadLetters('show', `${topic}/1/0`)).join('\n');
  expect(shown).toContain('reason   malformed');
  expect(shown).toContain('value    3 bytes');
  expect(shown).not.toContain(secret);
  const opened = (await deadLetters('show', `${topic}/1/0`, '--value')).join('\n');
  expect(opened).toContain(`key      "${secret}"`);
  expect(opened).toContain('value    base64 //4A');
  await expect(deadLetters('show', `${topic}/0/0`)).rejects.toThrow('There is no dead letter');
});

test('publishes nothing without --yes, and never everything by mistake', async () => {
  const planned = await deadLetters('republish', '--topic', topic, '--all');
  expect(planned.at(-1)).toBe('3 would be published again; add --yes to do it');
  await expect(deadLetters('republish', '--topic', topic, '--yes')).rejects.toThrow('Choose messages');
  await expect(deadLetters('republish', 'events-7', '--yes')).rejects.toThrow('not of the form');
  expect(await published()).toEqual([]);
});

test('publishes originals again, byte for byte and each once', async () => {
  expect(await deadLetters('republish', `${topic}/1/1`, '--yes')).toHaveLength(2);
  expect(await deadLetters('republish', '--topic', topic, '--reason', 'malformed', '--yes')).toHaveLength(3);
  const originals = ({ key, value, headers }: IncomingMessage) => ({ key, value, headers });
  const byValue = (a: IncomingMessage, b: IncomingMessage) =>
    Buffer.compare(a.value as Buffer, b.value as Buffer);
  expect((await published()).sort(byValue).map(originals)).toEqual(poison.map(originals));
});
