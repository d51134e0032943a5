import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseKey, parseKeyList } from './key-list.ts';

const a = randomBytes(32);
const b = randomBytes(32);

describe('parseKeyList', () => {
  test('takes the first key as current and keeps the others', () => {
    const keys = parseKeyList(`new:${a.toString('base64')}, old:${b.toString('base64')}`);
    expect(keys.current).toBe('new');
    expect(keys.byId.get('new')?.export()).toEqual(a);
    expect(keys.byId.get('old')?.export()).toEqual(b);
  });

  test.each(['base64', 'base64url', 'hex'] as const)('names a bare key in %s by its hash', (encoding) => {
    const id = createHash('sha256').update(a).digest('hex').slice(0, 8);
    expect(parseKeyList(a.toString(encoding)).current).toBe(id);
  });

  test.each([
    ['an empty list', ''],
    ['a trailing comma', `${a.toString('base64')},`],
    ['a short key', randomBytes(16).toString('base64')],
    ['a long key', randomBytes(33).toString('base64')],
    ['a placeholder', Buffer.alloc(32, 'change-me').toString('base64')],
    ['two keys under one id', `x:${a.toString('hex')},x:${b.toString('hex')}`],
    ['a strange id', `a b:${a.toString('hex')}`],
  ])('refuses %s without repeating it', (_name, text) => {
    const error = catchError(() => parseKeyList(text));
    expect(error).toMatchObject({ code: 'bad_key_list' });
    const parts = text.split(/[,:]/).filter((part) => part.length > 8);
    for (const part of parts) expect(error.message).not.toContain(part);
  });
});

test('parseKey reads one key', () => {
  expect(parseKey(` ${a.toString('base64')} `).export()).toEqual(a);
  expect(() => parseKey('short')).toThrow('not 32 bytes');
});

function catchError(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
