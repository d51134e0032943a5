import { expect, test } from 'vitest';
import { frameJson, parseJson, parseJsonOrLines, schemaIdOf } from './wire-format.ts';

test('frames JSON behind byte 0 and the schema id', () => {
  const framed = frameJson(258, { a: 'ü' });
  expect(framed.subarray(0, 5)).toEqual(Buffer.from([0, 0, 0, 1, 2]));
  expect(framed.subarray(5).toString()).toBe('{"a":"ü"}');
  expect(schemaIdOf(framed)).toBe(258);
});

test('reads ids above 2^31 as they are', () => {
  expect(schemaIdOf(Buffer.from([0, 0xff, 0xff, 0xff, 0xff]))).toBe(4_294_967_295);
});

test.each([[''], ['{}'], ['\0'], ['\0\0\0\0']])('sees no frame in %j', (text) => {
  expect(schemaIdOf(Buffer.from(text))).toBeUndefined();
});

test.each([
  ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['NaN', Buffer.from('{"hrv":NaN}')],
  ['a byte order mark', Buffer.from('\ufeff{}')],
  ['trailing text', Buffer.from('{} {}')],
  ['nothing', Buffer.alloc(0)],
])('refuses %s', (_what, bytes) => {
  expect(() => parseJson(bytes)).toThrow();
});

test.each([
  ['lines', '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
  ['lines of Windows, one of them empty', '{"a":1}\r\n\r\n{"a":2}', [{ a: 1 }, { a: 2 }]],
  ['a line that is broken', '{"a":1}\n{"a":', [{ a: 1 }, '{"a":']],
  ['one value over several lines', '{\n"a":1\n}', { a: 1 }],
  ['a list', '[{"a":1}]', [{ a: 1 }]],
])('reads %s', (_what, text, expected) => {
  expect(parseJsonOrLines(Buffer.from(text))).toEqual(expected);
});

test.each([['half an object\nhello'], ['{\n"a":1,\n'], ['{"a":1} {"a":2}'], ['{}{}\n{}'], ['NaN\nNaN']])(
  'sees no lines in %j',
  (text) => {
    expect(() => parseJsonOrLines(Buffer.from(text))).toThrow();
  },
);
