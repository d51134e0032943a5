import type { RetryVerdict } from '@bridge/core';

/**
 * The delivery policy on one screen.
 *
 * | the batch …              | then                                                                            |
 * |--------------------------|---------------------------------------------------------------------------------|
 * | outcome ok               | its rows are in the batch's transaction                                         |
 * | outcome drop(reason)     | counted by reason; the position moves over it in the same transaction           |
 * | outcome deadLetter(…)    | a row in the outbox for `<topic>.dlq`, same transaction                         |
 * | threw transient          | back off, keep heartbeats, try again for as long as it takes; not ready         |
 * | … as its time ran out    | the third time halve: it may be too much work for one transaction               |
 * | threw conflict           | forget what was cached, read again under row locks, try again at once           |
 * | threw fenced             | forget, throw away what was read, load the position, go on from there           |
 * | threw anything else      | halve until the guilty message is alone; that one is dead-lettered, in order    |
 * | … and is poisoned twice | the fault is ours, not the message's: stop and say so                           |
 */
export type Settlement =
  | { readonly do: 'retry'; readonly afterBackoff: boolean; readonly locked: boolean }
  | { readonly do: 'rewind' }
  | { readonly do: 'bisect' }
  | { readonly do: 'deadLetter' }
  | { readonly do: 'stop' };

export type Failure = {
  readonly verdict: RetryVerdict;
  /** PostgreSQL cancelled a statement that took too long. */
  readonly ranOutOfTime: boolean;
  /** Messages in the batch that failed. */
  readonly size: number;
  /** Failed attempts in a row on this batch, this one included. */
  readonly attempt: number;
  /** The batch is one message that is already on its way to the dead letters. */
  readonly poisoned: boolean;
};

/** Conflicts under row locks can only come from rows that did not exist yet; more than this many get a pause. */
const immediateConflicts = 3;
/** A statement may be cancelled because the server was busy with something else. */
const patientAttempts = 2;

export function settle(failure: Failure): Settlement {
  switch (failure.verdict) {
    case 'transient':
      if (failure.ranOutOfTime && failure.attempt > patientAttempts && failure.size > 1)
        return { do: 'bisect' };
      return { do: 'retry', afterBackoff: true, locked: false };
    case 'conflict':
      return { do: 'retry', afterBackoff: failure.attempt > immediateConflicts, locked: true };
    case 'fenced':
      return { do: 'rewind' };
    case 'permanent':
      if (failure.poisoned) return { do: 'stop' };
      return failure.size > 1 ? { do: 'bisect' } : { do: 'deadLetter' };
  }
}
