import kafkajs, { type logLevel as kafkaLogLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import type { LogFields } from '@bridge/core';
import { createKafkaLogCreator } from './kafka-log.ts';

const { logLevel } = kafkajs;

function recorded(now: () => number = () => performance.now()) {
  const lines: { level: string; message: string; fields?: LogFields }[] = [];
  const at = (level: string) => (message: string, fields?: LogFields) => {
    lines.push({ level, message, ...(fields && { fields }) });
  };
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const write = createKafkaLogCreator(log, now)(logLevel.DEBUG);
  const say = (level: kafkaLogLevel, message: string, more: Record<string, unknown> = {}) => {
    write({ namespace: 'Runner', level, label: '', log: { timestamp: '', message, ...more } });
  };
  return { lines, say };
}

test('keeps ids and drops everything else, errors and stacks included', () => {
  const { lines, say } = recorded();
  say(logLevel.ERROR, 'Error when calling eachBatch', {
    topic: 'biometric.events',
    partition: 2,
    groupId: 'g',
    error: new Error('hrv of jane is 25'),
    stack: 'hrv of jane is 25',
  });
  expect(lines).toEqual([
    {
      level: 'warn',
      message: 'kafka client: Error when calling eachBatch',
      fields: { component: 'Runner', topic: 'biometric.events', partition: 2, group: 'g' },
    },
  ]);
});

test('cuts off what may quote a value, but keeps the code', () => {
  const { lines, say } = recorded();
  say(logLevel.ERROR, 'Crash: KafkaJSNumberOfRetriesExceeded: hrv of jane is 25');
  say(logLevel.ERROR, 'Connection error: connect ECONNREFUSED 127.0.0.1:9092');
  say(logLevel.ERROR, 'Unexpected token h in JSON "hrv of jane"');
  expect(lines.map(({ message }) => message)).toEqual([
    'kafka client: Crash (KafkaJSNumberOfRetriesExceeded)',
    'kafka client: Connection error (ECONNREFUSED)',
    'kafka client: Unexpected token h in JSON',
  ]);
});

test('writes a repeated line once in ten seconds and says how often it came', () => {
  let now = 0;
  const { lines, say } = recorded(() => now);
  for (let i = 0; i < 5; i++) say(logLevel.ERROR, 'Connection error: ECONNREFUSED');
  now = 10_000;
  say(logLevel.ERROR, 'Connection error: ECONNREFUSED');
  expect(lines.map(({ fields }) => fields?.['count'])).toEqual([undefined, 4]);
});
