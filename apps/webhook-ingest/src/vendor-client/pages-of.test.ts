import { expect, test } from 'vitest';
import { pagesOf } from './pages-of.ts';
import type { PageAnswer } from '../vendors/vendor-answer.ts';

const down = { kind: 'unavailable', retryAfterMs: 1 } as const;

/** The tokens that were asked for, where each page leads to the one named here. */
async function asked(leadsTo: Readonly<Record<string, string | undefined>>, failing?: string) {
  const tokens: (string | undefined)[] = [];
  const pages = pagesOf((page): Promise<PageAnswer> => {
    tokens.push(page);
    if (page !== undefined && page === failing) return Promise.resolve(down);
    return Promise.resolve({ kind: 'page', documents: [], next: leadsTo[page ?? 'first'] });
  });
  let last: PageAnswer | undefined;
  for await (const answer of pages) last = answer;
  return { tokens, last: last?.kind };
}

test.each([
  ['one page', {}, [undefined]],
  ['three pages', { first: 'a', a: 'b' }, [undefined, 'a', 'b']],
  ['a page that leads to itself', { first: 'a', a: 'a' }, [undefined, 'a']],
  ['pages that lead in a circle', { first: 'a', a: 'b', b: 'a' }, [undefined, 'a', 'b']],
])('%s', async (_what, leadsTo, tokens) => {
  expect(await asked(leadsTo)).toEqual({ tokens, last: 'page' });
});

test('an obstacle is the last answer', async () => {
  expect(await asked({ first: 'a', a: 'b' }, 'a')).toEqual({ tokens: [undefined, 'a'], last: 'unavailable' });
});
