import { CodedError } from './coded-error.ts';
import type { RetryVerdict } from './error-codes.ts';

/** Raised by `delivery.expect_rows`; see deploy/migrations. */
export const sqlState = {
  /** A position was not where this worker left it: another worker owns the partition. */
  positionMoved: 'BB001',
  /** A state row does not have the version that was read. */
  stateChanged: 'BB002',
  /** An event key exists already. */
  keyExists: 'BB003',
} as const;

const conflicts = new Set<string>([
  '40001',
  '40P01',
  '23505',
  '55P03',
  sqlState.stateChanged,
  sqlState.keyExists,
]);

/**
 * Classes 08 connection, 53 resources, 57 operator intervention, 58 system error; 25006 is a standby, 25P03 a transaction
 * that stood idle for too long, as after a SIGSTOP.
 */
const transientSqlState = /^(08...|53...|57...|58...|25006|25P03)$/;

const transientCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const transientNames = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSPartialMessageError',
  'MaxRetriesPerRequestError',
  'BrokenCircuitError',
  'TaskCancelledError',
  'TimeoutError',
]);

/** pg reports a lost or never made connection by message only. */
const transientMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Connection ended|Client was closed)/;

/** PostgreSQL cancelled the statement: it ran for longer than `statement_timeout`, or somebody asked for it. */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '57014';
}

/** Classifies anything that was thrown; total, never throws. Unknown errors are `permanent`. */
export function retryVerdict(error: unknown): RetryVerdict {
  if (error instanceof CodedError) return error.retry;
  if (!(error instanceof Error)) return 'permanent';
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') {
    if (code === sqlState.positionMoved) return 'fenced';
    if (conflicts.has(code)) return 'conflict';
    if (transientCodes.has(code) || transientSqlState.test(code)) return 'transient';
  }
  if (transientNames.has(error.name) || transientMessages.test(error.message)) return 'transient';
  if ('retriable' in error && error.retriable === true) return 'transient';
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.every((inner) => retryVerdict(inner) === 'transient') ? 'transient' : 'permanent';
  }
  return error.cause === undefined ? 'permanent' : retryVerdict(error.cause);
}
