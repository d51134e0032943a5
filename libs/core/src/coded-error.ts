/**
 * How to treat a failed attempt.
 * - `transient`: the same attempt can succeed later; back off and retry.
 * - `conflict`: another worker changed the same rows; re-read and retry at once, with row locks.
 * - `fenced`: this worker no longer owns the partition; drop caches and re-read the position.
 * - `permanent`: no retry helps; for a batch, find the guilty message.
 */
export type RetryVerdict = 'transient' | 'conflict' | 'fenced' | 'permanent';

/** An error whose code and retry verdict are part of its contract. Its message carries no personal data. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: string;
  readonly retry: RetryVerdict;

  constructor(code: string, retry: RetryVerdict, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.retry = retry;
  }
}
