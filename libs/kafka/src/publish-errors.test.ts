import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { refusalCode } from './publish-errors.ts';

function brokerError(type: string): Error {
  return Object.assign(new kafkajs.KafkaJSError(type), { name: 'KafkaJSProtocolError', type });
}

test('finds the refusal inside the error that kafkajs wraps it in', () => {
  const error = new Error('retries exceeded', { cause: brokerError('MESSAGE_TOO_LARGE') });
  expect(refusalCode(error)).toBe('MESSAGE_TOO_LARGE');
});

test.each([
  brokerError('NOT_LEADER_FOR_PARTITION'),
  brokerError('UNKNOWN_TOPIC_OR_PARTITION'),
  brokerError('TOPIC_AUTHORIZATION_FAILED'),
  new TypeError("Cannot read properties of undefined (reading 'connectionPool')"),
  'text',
])('does not blame a message for %s', (error) => {
  expect(refusalCode(error)).toBeUndefined();
});
