import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { DataKey } from './data-key.ts';

it('shows its bytes to nobody who does not ask for them', () => {
  const bytes = randomBytes(32);
  const key = new DataKey(bytes);
  expect(JSON.stringify({ key })).toBe('{"key":{}}');
  expect(inspect({ key }, { showHidden: true, depth: null })).toBe('{ key: DataKey {} }');
  expect(key.export()).toEqual(bytes);
  expect(key.secret().export()).toEqual(bytes);
});

it('is a copy of what it was made of, and gives copies away', () => {
  const bytes = randomBytes(32);
  const given = Buffer.from(bytes);
  const key = new DataKey(given);
  given.fill(0);
  key.export().fill(0);
  expect(key.export()).toEqual(bytes);
});
