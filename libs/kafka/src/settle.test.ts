import { describe, expect, it } from 'vitest';
import { settle, type Failure, type Settlement } from './settle.ts';

const failure = (change: Partial<Failure>): Failure => ({
  verdict: 'permanent',
  ranOutOfTime: false,
  size: 8,
  attempt: 1,
  poisoned: false,
  ...change,
});

const cases: [string, Partial<Failure>, Settlement][] = [
  ['a server that is away', { verdict: 'transient' }, { do: 'retry', afterBackoff: true, locked: false }],
  [
    'too slow for the second time',
    { verdict: 'transient', ranOutOfTime: true, attempt: 2 },
    { do: 'retry', afterBackoff: true, locked: false },
  ],
  ['too slow for the third time', { verdict: 'transient', ranOutOfTime: true, attempt: 3 }, { do: 'bisect' }],
  [
    'a single message that is too slow',
    { verdict: 'transient', ranOutOfTime: true, attempt: 9, size: 1 },
    { do: 'retry', afterBackoff: true, locked: false },
  ],
  ['another worker was first', { verdict: 'conflict' }, { do: 'retry', afterBackoff: false, locked: true }],
  [
    'a conflict that repeats',
    { verdict: 'conflict', attempt: 4 },
    { do: 'retry', afterBackoff: true, locked: true },
  ],
  ['a partition that moved away', { verdict: 'fenced' }, { do: 'rewind' }],
  ['a bug somewhere in a batch', { size: 8 }, { do: 'bisect' }],
  ['a bug at one message', { size: 1 }, { do: 'deadLetter' }],
  ['a bug that has nothing to do with the message', { size: 1, poisoned: true }, { do: 'stop' }],
];

describe('settle', () => {
  it.each(cases)('%s', (_name, change, settlement) => {
    expect(settle(failure(change))).toEqual(settlement);
  });
});
