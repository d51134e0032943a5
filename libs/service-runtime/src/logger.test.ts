import { Writable } from 'node:stream';
import { CodedError } from '@bridge/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { createLogger } from './logger.ts';
import { withTrace } from './trace.ts';

/** Stands for everything that must not reach a log: names, ids of persons, values, bodies, answers. */
const canary = 'Canary Birdsong hrv 25';
const canaryId = 'canary-birdsong-0815';

function capture(level = 'debug') {
  let written = '';
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const log = createLogger({ service: 'test', level, destination });
  return {
    log,
    lines: async () => {
      await log.close();
      return written
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    text: () => written,
  };
}

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

const pgError = Object.assign(new Error(`duplicate key value violates unique constraint "${canary}"`), {
  code: '23505',
  detail: `Key (user_id)=(${canary}) already exists.`,
  where: canary,
  hint: canary,
  constraint: canaryId,
});

const stackForger = new Error(`${canary}\n    at ${canary} (file:///x.ts:1:1)\n    at ${canaryId}:1:1`);

class PersonError extends Error {
  override name = canary;
  code = canary;
  user_id = canaryId;
}

const ways: [string, unknown][] = [
  ['a zod error', caught(() => z.object({ [canaryId]: z.number() }).parse({ [canaryId]: canary }))],
  ['a SyntaxError', caught(() => JSON.parse(`{"user": ${canary}}`))],
  ['a pg error', pgError],
  ['an error whose message looks like frames', stackForger],
  ['an error named after a person', new PersonError(canary)],
  ['a cause', new Error('outer', { cause: pgError })],
  ['a cause that is no error', new Error('outer', { cause: { user_id: canaryId, note: canary } })],
  [
    'a cause of an error of ours',
    new CodedError('port_in_use', 'permanent', 'Fixed words.', { cause: new Error(canary) }),
  ],
  ['many errors', new AggregateError([new Error(canary), canary, pgError], canary)],
  ['a thrown string', canary],
  ['a thrown object', { message: canary, stack: canary, user_id: canaryId }],
];

describe('redaction', () => {
  it.each(ways)('lets nothing of %s through', async (_way, thrown) => {
    const { log, lines, text } = capture();
    log.error('failed', { error: thrown });
    log.child({ error: thrown }).error('failed again');
    expect(await lines()).toHaveLength(2);
    expect(text()).not.toMatch(/canary|birdsong/i);
  });

  it('lets no key pass that is not on the list, however deep', async () => {
    const { log, lines, text } = capture();
    log.info('event', {
      user_id: canaryId,
      [canaryId]: 1,
      body: { note: canary },
      url: `/stream?user_id=${canaryId}`,
    });
    log.child({ user_id: canaryId }).child({ device_id: canaryId }).warn('child', { hrv: canary });
    log.info('nested', {
      topic: { name: canary },
      partition: [{ user: canary }],
      event_id: new Map([[canaryId, 1]]),
    });
    expect(await lines()).toMatchObject([
      { message: 'event', dropped_fields: 4 },
      { message: 'child', dropped_fields: 3 },
      { message: 'nested', partition: ['[redacted]'], dropped_fields: 2 },
    ]);
    expect(text()).not.toMatch(/canary|birdsong/i);
  });

  it('keeps free text out of allowed keys', async () => {
    const { log, lines, text } = capture();
    log.info('event', {
      reason: canary,
      topic: `{"user_id":"${canaryId}"}`,
      state: `${canary}\n`,
      code: 'ok'.repeat(200),
    });
    expect((await lines())[0]).toMatchObject({
      reason: '[redacted]',
      topic: '[redacted]',
      code: '[redacted]',
    });
    expect(text()).not.toMatch(/canary|birdsong/i);
  });
});

describe('log lines', () => {
  it('carry time, level, service, message and allowed fields', async () => {
    const { log, lines } = capture();
    log.warn('lag is high', {
      topic: 'biometric.events',
      partition: 2,
      lag: 40n,
      since: new Date(0),
      partitions: [0, 1],
    });
    const [line] = await lines();
    expect(line).toMatchObject({
      level: 'warn',
      service: 'test',
      message: 'lag is high',
      lag: '40',
      partitions: [0, 1],
    });
    expect(line).toMatchObject({
      topic: 'biometric.events',
      partition: 2,
      since: '1970-01-01T00:00:00.000Z',
    });
    expect(Date.parse(String(line?.['time']))).not.toBeNaN();
    expect(line).not.toHaveProperty('dropped_fields');
  });

  it('carry the trace id of the work they are part of', async () => {
    const { log, lines } = capture();
    withTrace('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', () => log.info('inside'));
    log.info('outside');
    const [inside, outside] = await lines();
    expect(inside).toMatchObject({ trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' });
    expect(outside).not.toHaveProperty('trace_id');
  });

  it('keep the messages of errors whose messages are their contract, and the place of every error', async () => {
    const { log, lines } = capture();
    log.error('failed', { error: new CodedError('port_in_use', 'permanent', 'Port 8004 is in use.') });
    log.error('failed', { error: new ConfigError(['PORT is missing']) });
    log.error('failed', { error: pgError });
    const errors = (await lines()).map((line) => line['error'] as Record<string, unknown>);
    expect(errors[0]).toMatchObject({
      name: 'CodedError',
      code: 'port_in_use',
      message: 'Port 8004 is in use.',
    });
    expect(errors[1]?.['message']).toContain('- PORT is missing');
    expect(errors[2]).toMatchObject({ name: 'Error', code: '23505' });
    for (const error of errors) expect(String(error['frames'])).toContain('logger.test.ts');
  });

  it('are written from their level on, in any spelling of it', async () => {
    const { log, lines } = capture('WARNING');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect((await lines()).map((line) => line['message'])).toEqual(['c', 'd']);
    expect(() => createLogger({ service: 'x', level: 'loud' })).toThrow('LOG_LEVEL');
  });
});
