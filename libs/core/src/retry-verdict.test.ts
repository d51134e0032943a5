import { describe, expect, it } from 'vitest';
import { CodedError } from './coded-error.ts';
import type { RetryVerdict } from './error-codes.ts';
import { retryVerdict } from './retry-verdict.ts';

const withCode = (code: string) => Object.assign(new Error('x'), { code });
const withName = (name: string) => Object.assign(new Error('x'), { name });

const cases: [string, unknown, RetryVerdict][] = [
  ['a coded error says it itself', new CodedError('BB001', 'fenced', 'm'), 'fenced'],
  ['a refused connection', withCode('ECONNREFUSED'), 'transient'],
  ['a server that shuts down', withCode('57P01'), 'transient'],
  ['a cancelled statement', withCode('57014'), 'transient'],
  ['too many connections', withCode('53300'), 'transient'],
  ['a standby', withCode('25006'), 'transient'],
  ['a transaction that stood idle', withCode('25P03'), 'transient'],
  ['a deadlock', withCode('40P01'), 'conflict'],
  ['a serialization failure', withCode('40001'), 'conflict'],
  ['a key that exists', withCode('23505'), 'conflict'],
  ['a state that changed', withCode('BB002'), 'conflict'],
  ['a position that moved', withCode('BB001'), 'fenced'],
  ['a syntax error in SQL', withCode('42601'), 'permanent'],
  ['a lost pg connection', new Error('Connection terminated unexpectedly'), 'transient'],
  ['a pg pool that waits too long', new Error('timeout exceeded when trying to connect'), 'transient'],
  ['a kafkajs timeout', withName('KafkaJSRequestTimeoutError'), 'transient'],
  ['a retriable kafkajs error', Object.assign(new Error('x'), { retriable: true }), 'transient'],
  ['an open breaker', withName('BrokenCircuitError'), 'transient'],
  ['a cause that is transient', new Error('x', { cause: withCode('ECONNRESET') }), 'transient'],
  [
    'several refused addresses',
    new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]),
    'transient',
  ],
  ['a mix of faults', new AggregateError([withCode('ECONNREFUSED'), new TypeError('x')]), 'permanent'],
  ['a bug', new TypeError('x is not a function'), 'permanent'],
  ['bad JSON', new SyntaxError('Unexpected token'), 'permanent'],
  ['no error at all', 'a string', 'permanent'],
  ['nothing', undefined, 'permanent'],
];

describe('retryVerdict', () => {
  it.each(cases)('%s', (_name, error, verdict) => {
    expect(retryVerdict(error)).toBe(verdict);
  });
});
