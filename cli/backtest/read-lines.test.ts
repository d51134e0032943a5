import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openLineFile } from './read-lines.ts';

const directory = mkdtempSync(join(tmpdir(), 'lines-'));
afterAll(() => rmSync(directory, { recursive: true }));

function open(text: string) {
  const path = join(directory, 'file');
  writeFileSync(path, text);
  return openLineFile(path);
}

it('reads lines with their numbers and places, whatever their breaks, and skips empty ones', () => {
  const file = open('a\r\n\nbü\nc');
  const lines = Array.from(file.lines(100), ({ number, offset, bytes }) => [number, offset, String(bytes)]);
  expect(lines).toEqual([
    [1, 0, 'a'],
    [3, 4, 'bü'],
    [4, 8, 'c'],
  ]);
  expect(file.textAt(4, 3)).toBe('bü');
  file.close();
});

it('reads a file that is longer than its buffer, and lines that are', () => {
  const rows = Array.from({ length: 40 }, (_, nr) => String(nr).repeat(1 + ((nr * 40_009) % 90_000)));
  const long = 'x'.repeat(1_500_000);
  const file = open([...rows, long, 'end'].join('\n'));
  const lines = Array.from(file.lines(2_000_000), ({ offset, bytes }) => [offset, String(bytes)] as const);
  expect(lines.map(([, text]) => text)).toEqual([...rows, long, 'end']);
  for (const [offset, text] of lines) expect(file.textAt(offset, text.length)).toBe(text);
  file.close();
});

it('refuses a line that is too long, with its number', () => {
  const file = open(`a\n${'x'.repeat(1_200_000)}`);
  expect(() => [...file.lines(1_000_000)]).toThrow('Line 2 is longer than 1000000 bytes.');
  file.close();
});
