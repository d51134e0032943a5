import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { childTraceparent, currentTrace, newTraceparent, parseTraceparent, withTrace } from './trace.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const header = `00-${traceId}-00f067aa0ba902b7-01`;
const sevens = (size: number) => Buffer.alloc(size, 7);

describe('parseTraceparent', () => {
  it('reads the W3C example', () => {
    expect(parseTraceparent(header)).toEqual({ traceId, parentId: '00f067aa0ba902b7', flags: '01' });
  });

  it('reads a later version by the fields it knows', () => {
    expect(parseTraceparent(`cc-${traceId}-00f067aa0ba902b7-01-what-the-future-brings`)?.traceId).toBe(
      traceId,
    );
  });

  it.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['the forbidden version', `ff-${traceId}-00f067aa0ba902b7-01`],
    ['more fields in version 00', `${header}-more`],
    ['an id of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['a parent of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['capital letters', header.toUpperCase()],
    ['a line break', `${header}\r\nx: y`],
  ])('refuses %s', (_what, value) => {
    expect(parseTraceparent(value)).toBeUndefined();
  });
});

describe('childTraceparent', () => {
  it('stays in the trace under a new span', () => {
    expect(childTraceparent(header, sevens)).toBe(`00-${traceId}-0707070707070707-01`);
  });

  it('begins a trace where the caller gave none', () => {
    expect(childTraceparent('nonsense', sevens)).toBe(newTraceparent(sevens));
    expect(parseTraceparent(newTraceparent(sevens))).toBeDefined();
  });
});

describe('withTrace', () => {
  it('holds across awaits and ends with its function', async () => {
    await withTrace(header, async () => {
      await sleep(1);
      expect(currentTrace()).toEqual({ traceId, traceparent: header });
    });
    expect(currentTrace()).toBeUndefined();
  });

  it('keeps two traces apart', async () => {
    const other = newTraceparent(sevens);
    const seen = await Promise.all(
      [header, other].map((traceparent) =>
        withTrace(traceparent, async () => {
          await sleep(1);
          return currentTrace()?.traceparent;
        }),
      ),
    );
    expect(seen).toEqual([header, other]);
  });
});
