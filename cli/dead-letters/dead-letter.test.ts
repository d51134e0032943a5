import { deadLetterMessage, type DeadLetterCause, type IncomingMessage } from '@bridge/kafka';
import { expect, test } from 'vitest';
import { describeDeadLetter, originalMessage } from './dead-letter.ts';

const original: IncomingMessage = {
  topic: 'biometric.events',
  partition: 2,
  offset: 41,
  key: Buffer.from([0xff, 0, 1]),
  value: Buffer.from('{"cut'),
  headers: {
    ce_id: Buffer.from('a'),
    twice: [Buffer.from('1'), Buffer.from('2')],
    'dlq-note': Buffer.from('theirs'),
  },
  brokerTime: 0,
};
const cause: DeadLetterCause = { reason: 'malformed', attempt: 1, at: Date.UTC(2026, 10, 20) };

/** What stands in the dead-letter topic for `message`. */
function dead(message: IncomingMessage, given = cause): IncomingMessage {
  const { topic, value, headers } = deadLetterMessage(message, given);
  return { ...message, topic, value, headers, partition: 0, offset: 7 };
}

test('tells why, whence, which attempt and when', () => {
  expect(describeDeadLetter(dead(original))).toMatchObject({
    origin: 'biometric.events/2/41',
    topic: 'biometric.events',
    reason: 'malformed',
    attempt: '1',
    time: '2026-11-20T00:00:00.000Z',
  });
});

test('names the field at fault, and of a list gives back the refused event alone', () => {
  const fault = { path: 'metrics.hrv', message: 'must be a number' };
  const letter = dead(original, { ...cause, fault, element: { index: 2, text: '{}' } });
  const described = describeDeadLetter(letter);
  expect(described).toMatchObject({
    fault: '2 metrics.hrv must be a number',
    origin: 'biometric.events/2/41',
  });
  expect(described && originalMessage(described, letter)).toMatchObject({
    value: Buffer.from('{}'),
    headers: original.headers,
  });
});

test('gives back the message as it came, with the headers that the sender had', () => {
  const letter = describeDeadLetter(dead(original));
  expect(letter && originalMessage(letter, dead(original))).toEqual({
    topic: original.topic,
    key: original.key,
    value: original.value,
    headers: original.headers,
  });
});

test('knows copies of one message, and tells another message at the same place apart', () => {
  const identity = (message: IncomingMessage) => describeDeadLetter(message)?.identity;
  const later = { ...cause, at: cause.at + 1 };
  expect(identity(dead(original, later))).toBe(identity(dead(original)));
  expect(identity(dead({ ...original, value: null }))).not.toBe(identity(dead(original)));
  expect(identity(dead({ ...original, value: Buffer.alloc(0) }))).not.toBe(
    identity(dead({ ...original, value: null })),
  );
});

test('leaves alone what is no dead letter of ours', () => {
  expect(describeDeadLetter(original)).toBeUndefined();
  expect(describeDeadLetter({ ...original, headers: { 'dlq-origin': 'biometric.events' } })).toBeUndefined();
});
