import { expect, test } from 'vitest';
import { applyEdit, parseHowToPage } from './how-to-page.ts';

const fence = '```';
const page = `# Add a thing

## Files

1. \`libs/a/new.ts\` (new): the thing
2. \`libs/a/old.ts\`: its line
3. \`docs/generated/a.md\` (generated): \`npm run generate\`

## The thing

Of \`libs/a/other.ts\` nothing changes.

${fence}ts libs/a/new.ts
export const one = 1;
${fence}

${fence}diff libs/a/old.ts
 const a = 1;
-const b = 2;
+const b = 3;
${fence}

${fence}sh
npm test
${fence}
`;
const edit = { kind: 'edit', path: 'libs/a/old.ts' } as const;

test('a page is a list of files and the snippets that name one', () => {
  expect(parseHowToPage(page)).toEqual({
    files: [
      { path: 'libs/a/new.ts', kind: 'new' },
      { path: 'libs/a/old.ts', kind: 'edited' },
      { path: 'docs/generated/a.md', kind: 'generated' },
    ],
    snippets: [
      { kind: 'file', path: 'libs/a/new.ts', text: 'export const one = 1;\n' },
      { ...edit, before: 'const a = 1;\nconst b = 2;\n', after: 'const a = 1;\nconst b = 3;\n' },
    ],
  });
});

test('an edit replaces whole lines', () => {
  expect(applyEdit('x\nab\ny\n', { ...edit, before: 'ab\n', after: 'ab\n$&\n' })).toBe('x\nab\n$&\ny\n');
});

test.each([
  ['is missing', 'x\n'],
  ['is there twice', 'ab\nab\n'],
  ['is only part of a line', 'cab\n'],
])('an edit whose place %s is refused', (_, text) => {
  expect(() => applyEdit(text, { ...edit, before: 'ab\n', after: 'b\n' })).toThrow('libs/a/old.ts');
});
