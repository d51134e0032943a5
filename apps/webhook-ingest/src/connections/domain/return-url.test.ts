import { expect, test } from 'vitest';
import { returnUrl } from './return-url.ts';

const home = 'https://bridge.example';

test.each([
  ['/people?tab=1#x', 'https://bridge.example/people?tab=1#x'],
  ['https://bridge.example/', 'https://bridge.example/'],
])('takes %s', (wanted, url) => expect(returnUrl(wanted, home)).toBe(url));

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  'http://bridge.example/',
  'https://bridge.example.evil.example/',
  'https://bridge.example@evil.example/',
  'javascript:alert(1)',
  'data:text/html,x',
  'blob:https://bridge.example/x',
  'http://[',
])('refuses %s', (wanted) => expect(returnUrl(wanted, home)).toBeUndefined());
