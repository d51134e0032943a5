import type { Response } from 'express';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorParameter, leadOn } from './page.ts';

function answer(url: string, end: string | undefined) {
  const headers = new Map<string, string>();
  const res = { setHeader: (name: string, value: string) => headers.set(name, value) };
  const cursor = leadOn({ originalUrl: url }, res as unknown as Response, end);
  return { cursor, link: headers.get('Link') };
}

describe('paging', () => {
  it('leads on with the same filters, and ends without a header', () => {
    const { cursor, link } = answer('/users?mode=reflex&limit=2&cursor=b2xk', '30.5.x');
    expect(link).toBe(`</users?mode=reflex&limit=2&cursor=${String(cursor)}>; rel="next"`);
    expect(answer('/users', undefined)).toEqual({ cursor: null, link: undefined });
  });

  it('reads its own cursors, and no others', () => {
    const parameter = cursorParameter(/^\d{1,15}\.\d{1,6}$/);
    fc.assert(
      fc.property(fc.nat(), fc.nat(999_999), (seq, place) => {
        const { cursor } = answer('/', `${seq}.${place}`);
        expect(parameter.parse(cursor)).toBe(`${seq}.${place}`);
      }),
    );
    for (const text of ['7', 'x', '%%%', 'a'.repeat(300)])
      expect(parameter.safeParse(text).success).toBe(false);
  });
});
