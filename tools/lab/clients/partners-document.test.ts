import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clients } from './clients.ts';
import { partnersDocument, snippetsOf, tableOf } from './partners-document.ts';

test('replaces what stands between its marks and nothing else', () => {
  const text = 'a\n<!-- begin: table -->\nold\n<!-- end: table -->\nb';
  const changed = partnersDocument(text, new Map([['table', 'new']]));
  expect(changed).toBe('a\n<!-- begin: table -->\n\nnew\n\n<!-- end: table -->\nb');
  expect(partnersDocument(changed, new Map([['table', 'new']]))).toBe(changed);
  expect(() => partnersDocument('', new Map([['table', 'new']]))).toThrow('no place');
});

test('shows what could not be had as NOT CHECKED', () => {
  const row = {
    client: 'kcat',
    version: '',
    format: 'JSON',
    shape: 'a list',
    result: 'not checked',
  } as const;
  expect(tableOf([row])).toContain('| kcat   |         | JSON   | a list | NOT CHECKED |');
});

test.each(clients)('$name: docs/partners.md shows its sender', (client) => {
  const source = readFileSync(join(import.meta.dirname, 'senders', client.sender), 'utf8');
  const guide = readFileSync(join(import.meta.dirname, '../../../docs/partners.md'), 'utf8');
  const snippets = snippetsOf(client, source);
  expect(snippets).not.toBe('');
  expect(guide).toContain(snippets);
});
