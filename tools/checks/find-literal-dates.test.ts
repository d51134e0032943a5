import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findLiteralDates } from './find-literal-dates.ts';
import { listSourceFiles } from './source-files.ts';

function datesOf(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'literal-dates-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const found = findLiteralDates(root, listSourceFiles(root));
  return found.map(({ file, line, text }) => `${file}:${line} ${text}`);
}

// Put together here, so that this file passes the check itself, should it ever become a test with servers.
const date = ['2030', '10', '26'].join('-');

test('finds dates in strings, templates and calls, with the line', () => {
  const text = [`const a = '${date} 02:30';`, 'const b = `${a} ' + date + 'T07:00:00Z`;', ''].join('\n');
  const calls = 'const c = Date.UTC(2030, 9, 26);';
  expect(datesOf({ 'apps/a/test/a.int.test.ts': text, 'tools/e2e/b.e2e.test.ts': calls })).toEqual([
    `apps/a/test/a.int.test.ts:1 ${date}`,
    `apps/a/test/a.int.test.ts:2 ${date}`,
    'tools/e2e/b.e2e.test.ts:1 Date.UTC(2030, 9, 26)',
  ]);
});

test('follows imports to helpers of tests, and no further', () => {
  const literal = `export const at = '${date}';`;
  expect(
    datesOf({
      'apps/a/test/a.int.test.ts': `import './helper.ts';\nimport '../src/product.ts';`,
      'apps/a/test/helper.ts': `export * from './more.ts';`,
      'apps/a/test/more.ts': literal,
      'apps/a/test/of-a-unit-test.ts': literal,
      'apps/a/src/product.ts': literal,
    }),
  ).toEqual([`apps/a/test/more.ts:1 ${date}`]);
});

test('leaves alone what is old enough, comments, and numbers that are no dates', () => {
  const text = `// ${date}\nconst old = ['2024-01-01', '2001-12-31', '2030-26-99', '${date}1', new Date(0, 1)];`;
  expect(datesOf({ 'apps/a/test/a.int.test.ts': text })).toEqual([]);
});
