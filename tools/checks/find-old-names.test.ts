import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findGuillemets, findOldNames, listTexts } from './find-old-names.ts';
import type { OldName } from './old-name-table.ts';

const table: readonly OldName[] = [
  {
    folders: ['apps/a'],
    files: ['old.ts'],
    declarations: ['Obstacle', 'openIt'],
    members: ['hold'],
    use: 'x',
  },
  { folders: ['apps/a/src'], literals: ['nobody'], use: 'y' },
];

function treeOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'old-names-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

function usesIn(files: Readonly<Record<string, string>>): string[] {
  const root = treeOf(files);
  return findOldNames(root, listTexts(root), table).map(({ place, name }) => `${place} ${name}`);
}

test('finds files, declarations at any depth, members and kinds', () => {
  expect(
    usesIn({
      'apps/a/src/old.ts': '',
      'apps/a/src/b.ts': [
        'export type Obstacle = { readonly hold: () => void };',
        'function f() { const openIt = 1; return openIt; }',
        "export const isNobody = (kind: string) => kind === 'nobody';",
      ].join('\n'),
    }),
  ).toEqual([
    'apps/a/src/b.ts:1 Obstacle',
    'apps/a/src/b.ts:1 hold',
    'apps/a/src/b.ts:2 openIt',
    'apps/a/src/b.ts:3 nobody',
    'apps/a/src/old.ts old.ts',
  ]);
});

test('leaves other folders, prose, uses and the one constant alone', () => {
  expect(
    usesIn({
      'apps/b/src/old.ts': 'export type Obstacle = 1;',
      'apps/a/src/c.ts': "// An Obstacle that nobody can hold.\nexport const unknownUserState = 'nobody';",
      'apps/a/test/d.test.ts': "expect(state).toBe('nobody');",
    }),
  ).toEqual([]);
});

test('counts guillemets in any text', () => {
  const root = treeOf({ 'docs/a.md': 'the \u00abold\u00bb quotes', 'README.md': 'the "new" ones' });
  expect(findGuillemets(root, listTexts(root))).toEqual([{ file: 'docs/a.md', count: 2 }]);
});
