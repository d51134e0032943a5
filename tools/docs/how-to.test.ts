import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyEdit, parseHowToPage, type Snippet } from './how-to-page.ts';
import { copyTree, outputOf } from './tree-copy.ts';

const root = join(import.meta.dirname, '../..');
const program = (name: string) => join(root, 'node_modules/.bin', name);
const pages = globSync('docs/how-to/{add,change}-*.md', { cwd: root })
  .sort()
  .map((file) => [file, parseHowToPage(readFileSync(join(root, file), 'utf8'))] as const);

describe.each(pages)('%s', (_, { files, snippets }) => {
  test('lists files that exist, and new ones that do not', () => {
    expect(files).not.toEqual([]);
    const wrong = files.filter(({ path, kind }) => existsSync(join(root, path)) === (kind === 'new'));
    expect(wrong).toEqual([]);
  });

  test('edits at most five files', () => {
    expect(files.filter(({ kind }) => kind === 'edited').length).toBeLessThanOrEqual(5);
  });

  test('lists every file that it shows', () => {
    const listed = files.map(({ path, kind }) => `${path} ${kind === 'new' ? 'file' : 'edit'}`);
    const shown = snippets.map(({ path, kind }) => `${path} ${kind}`);
    expect(shown.filter((one) => !listed.includes(one))).toEqual([]);
  });
});

describe('in a copy of the tree with the edits of all pages', () => {
  const snippets = pages.flatMap(([, page]) => page.snippets);
  const paths = snippets.map(({ path }) => path);
  let copy: string;

  beforeAll(async () => {
    copy = await copyTree(root);
    for (const snippet of snippets) carryOut(copy, snippet);
  }, 60_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  // The whole tree would take twice as long.
  test('every project concerned compiles', { timeout: 180_000 }, async () => {
    const projects = paths.flatMap((path) => /^(?:apps|libs)\/[^/]+(?=.*\.tsx?$)/.exec(path) ?? []);
    expect(await outputOf(program('tsc'), ['-b', ...new Set(projects)], copy)).toBe('');
  });

  test('the tests that the pages show pass', { timeout: 180_000 }, async () => {
    const tests = [...new Set(paths.filter((path) => path.endsWith('.test.ts')))];
    const output = await outputOf(program('vitest'), ['run', '--project', 'unit', ...tests], copy);
    expect(output).toMatch(new RegExp(`Test Files +${tests.length} passed`));
  });
});

function carryOut(copy: string, snippet: Snippet): void {
  const path = join(copy, snippet.path);
  mkdirSync(dirname(path), { recursive: true });
  const text = snippet.kind === 'file' ? snippet.text : applyEdit(readFileSync(path, 'utf8'), snippet);
  writeFileSync(path, text);
}
