import { expect, test } from 'vitest';
import { createPullTally, type PullResult } from './pull-tally.ts';

const pulled: PullResult = { kind: 'pulled', added: 0, dropped: 0 };
const refused: PullResult = { kind: 'refused', status: 403 };
const unreadable: PullResult = { kind: 'unreadable' };

/** What a round with these results comes to. */
function tallyOf(...results: PullResult[]) {
  const tally = createPullTally();
  const obstacles = results.map((result, nr) => tally.enter(`type-${nr}`, result));
  return {
    is: [tally.isAnswered() && 'answered', tally.isLapsed() && 'lapsed', tally.isUnreadable() && 'unreadable']
      .filter(Boolean)
      .join(' '),
    refused: tally.refused,
    stoppedAt: obstacles.findIndex((failure) => failure !== undefined),
  };
}

test.each([
  ['one scope is missing', [pulled, refused], 'answered', -1],
  ['everything is refused', [refused, refused], 'lapsed', -1],
  ['a list cannot be read', [unreadable, pulled], 'answered unreadable', -1],
  ['nothing can be read', [unreadable, unreadable], 'unreadable', -1],
  ['the token is refused', [pulled, { kind: 'refused', status: 401 }], 'answered', 1],
  ['the vendor is down', [pulled, { kind: 'unavailable', retryAfterMs: 1 }], 'answered', 1],
] as const)('%s', (_, results, is, stoppedAt) => {
  expect(tallyOf(...results)).toMatchObject({ is, stoppedAt });
});

test('knows which types were refused', () => {
  expect(tallyOf(pulled, refused, unreadable).refused).toEqual(['type-1']);
});
