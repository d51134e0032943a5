import type { LogFields } from '@bridge/core';
import { silentLog } from '@bridge/testing';
import { expect, test } from 'vitest';
import type { Refusal } from '../decide-batch.ts';
import { createDeadLetterLog } from './dead-letter-log.ts';

const message = {
  ...{
    topic: 'biometric.events',
    partition: 2,
    offset: 41,
    key: null,
    value: null,
    headers: {},
    brokerTime: 0,
  },
};
const letter = (change: Partial<Refusal> = {}): Refusal => ({
  ...{ message, kind: 'deadLetter', reason: 'invalid_event', partner: 'acme' },
  fault: { path: 'metrics.hrv', message: 'must be a number' },
  ...change,
});

function watch() {
  const lines: LogFields[] = [];
  const clock = { now: 0 };
  const log = { ...silentLog, warn: (_text: string, fields: LogFields = {}) => void lines.push(fields) };
  return { lines, clock, logLetters: createDeadLetterLog(log, () => clock.now) };
}

test('names reason, partner, place and field, and no value', () => {
  const { lines, logLetters } = watch();
  logLetters([letter()]);
  expect(lines).toEqual([
    {
      ...{ reason: 'invalid_event', source: 'acme', field: 'metrics.hrv', count: 1 },
      ...{ topic: 'biometric.events', partition: 2, offset: 41 },
    },
  ]);
});

test('writes one line a minute per reason and partner, and counts the others', () => {
  const { lines, clock, logLetters } = watch();
  logLetters([letter(), letter(), letter({ partner: 'other' }), letter({ reason: 'no_readings' })]);
  clock.now = 59_999;
  logLetters([letter()]);
  expect(lines).toHaveLength(3);
  clock.now = 60_000;
  logLetters([letter()]);
  expect(lines.at(-1)).toMatchObject({ source: 'acme', count: 3 });
  expect(lines).toHaveLength(4);
});

test('does not log what is dropped', () => {
  const { lines, logLetters } = watch();
  logLetters([letter({ kind: 'drop', reason: 'duplicate' })]);
  expect(lines).toEqual([]);
});

test('a flood of names does not become a flood of lines', () => {
  const { lines, logLetters } = watch();
  logLetters(Array.from({ length: 5_000 }, (_, index) => letter({ partner: `p${index}` })));
  expect(lines.length).toBeLessThanOrEqual(501);
});
