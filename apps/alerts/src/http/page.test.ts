import type { Response } from 'express';
import { expect, test } from 'vitest';
import { cursorParameter, leadOn } from './page.ts';

function follow(parameters: Parameters<typeof leadOn>[2], end: string | undefined) {
  const headers: string[] = [];
  const res = { setHeader: (name: string, value: string) => headers.push(`${name}: ${value}`) };
  const next = leadOn(res as unknown as Response, '/things', parameters, end);
  return { next, headers };
}

test('a page leads to the next one by its header and by its cursor', () => {
  const { next, headers } = follow({ status: ['firing', 'resolved'], kind: undefined, limit: 2 }, 'a/17');
  expect(headers).toEqual([
    `Link: </things?status=firing&status=resolved&limit=2&cursor=${String(next)}>; rel="next"`,
  ]);
  expect(
    cursorParameter(/^(a)\/(\d+)$/)
      .parse(next)
      ?.slice(1),
  ).toEqual(['a', '17']);
});

test('the last page leads nowhere', () => {
  expect(follow({ limit: 2 }, undefined)).toEqual({ next: null, headers: [] });
});

test.each(['x', Buffer.from('b/17').toString('base64url'), 'a'.repeat(201), ''])(
  'refuses the cursor %j',
  (cursor) => {
    expect(cursorParameter(/^(a)\/(\d+)$/).safeParse(cursor).success).toBe(false);
  },
);
