export { CodedError } from './coded-error.ts';
export { errorCodes, type ErrorCode, type RetryVerdict } from './error-codes.ts';
export { deadLetter, drop, ok, type DeadLetter, type Drop, type Ok, type Outcome } from './outcome.ts';
export type { Closeable, Component, ComponentState, Log, LogFields } from './ports.ts';
export { retryAfterMs } from './retry-after.ts';
export { isStatementTimeout, retryVerdict, sqlState } from './retry-verdict.ts';
