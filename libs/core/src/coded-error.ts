import type { ErrorCode, errorCodes, RetryVerdict } from './error-codes.ts';

/** A code with the verdict that it has in the list, a message and what caused the error. */
type Arguments = {
  [Code in ErrorCode]: readonly [
    code: Code,
    retry: (typeof errorCodes)[Code]['retry'],
    message: string,
    options?: { cause?: unknown },
  ];
}[ErrorCode];

/** An error whose code and retry verdict are part of its contract. Its message carries no personal data. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: ErrorCode;
  readonly retry: RetryVerdict;

  constructor(...[code, retry, message, options]: Arguments) {
    super(message, options);
    this.code = code;
    this.retry = retry;
  }
}
