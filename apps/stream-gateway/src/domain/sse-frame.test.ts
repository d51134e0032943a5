import { describe, expect, it } from 'vitest';
import { encodeFrame, encodeKeepAlive, encodeRetry } from './sse-frame.ts';

describe('encodeFrame', () => {
  it('writes id, event and data, and ends with an empty line', () => {
    const bytes = encodeFrame({ id: 'v1-0.1', kind: 'event', data: '{"a":"ä"}' });
    expect(bytes.toString()).toBe('id: v1-0.1\nevent: event\ndata: {"a":"ä"}\n\n');
  });

  it.each(['\n', '\r', '\r\n', '\0'])(
    'refuses %j in every field, and does not repeat the value',
    (breaker) => {
      const forged = `x${breaker}data: canary`;
      expect(() => encodeFrame({ id: forged, kind: 'event', data: '{}' })).toThrow(
        /^A line break or NUL in the id/,
      );
      expect(() => encodeFrame({ id: '1', kind: 'event', data: forged })).toThrow(
        /^A line break or NUL in the data/,
      );
      expect(() => encodeKeepAlive(forged)).toThrow(RangeError);
    },
  );

  it('takes any text that JSON.stringify wrote', () => {
    const data = JSON.stringify({ text: 'a\r\nb\u2028c\0' });
    expect(encodeFrame({ id: '1', kind: 'alert', data }).toString().split('\n')).toHaveLength(5);
  });
});

it('a keep-alive moves the id on and dispatches nothing', () => {
  expect(encodeKeepAlive('v1-0.7').toString()).toBe(': keep-alive\nid: v1-0.7\n\n');
});

it('the retry time is whole milliseconds', () => {
  expect(encodeRetry(2_000.4).toString()).toBe('retry: 2000\n\n');
});
