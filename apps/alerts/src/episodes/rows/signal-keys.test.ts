import { DataKey, type LiveSubject } from '@bridge/vault';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { buildSignal } from '../../../test/build-signal.ts';
import type { TimedSignal } from '../domain/timed-signal.ts';
import { signalKeys } from './signal-keys.ts';

const person = (key = DataKey.random()): LiveSubject => ({
  subjectId: '5f4a6a0e-0000-4000-8000-000000000001',
  userId: 'user-1',
  erased: false,
  key,
});
const timed = (given: Parameters<typeof buildSignal>[0] = {}): TimedSignal => {
  const signal = buildSignal(given);
  return { ...signal, at: Date.parse(signal.at) };
};
const hashOf = (signal: TimedSignal, of: LiveSubject) =>
  Buffer.from(signalKeys([signal], new Map([['user-1', of]]))[0]?.contentHash ?? []).toString('hex');

test('the content of a signal is hashed under the key of its person', () => {
  const [ada, signal] = [person(), timed()];
  expect(hashOf(signal, ada)).toBe(hashOf(timed(), ada));
  expect(hashOf(signal, ada)).not.toBe(hashOf(timed({ severity: 'info' }), ada));
  expect(hashOf(signal, ada)).not.toBe(hashOf(signal, person()));
  const plain = createHash('sha256').update(JSON.stringify(signal)).digest('hex').slice(0, 16);
  expect(hashOf(signal, ada)).not.toBe(plain);
});

test('a signal id has one key, with the content that came first', () => {
  const ada = person();
  const [first, second] = [timed(), timed({ severity: 'info' })];
  const keys = signalKeys([first, second], new Map([['user-1', ada]]));
  expect(keys).toHaveLength(1);
  expect(Buffer.from(keys[0]?.contentHash ?? []).toString('hex')).toBe(hashOf(first, ada));
});

test('of an erased person no content is kept', () => {
  const erased = { subjectId: 'x', userId: 'user-1', erased: true } as const;
  const keys = signalKeys([timed()], new Map([['user-1', erased]]));
  expect(keys[0]?.contentHash).toEqual(Buffer.alloc(8));
});
