import { commandNames } from '@bridge/cli/commands';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const patterns = ['*.md', 'docs/**/*.md', '{apps,cli,libs,tools}/**/*.md'];
const documents = globSync(patterns, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] });
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test.each(documents)('%s: every link into the repository leads somewhere', (file) => {
  const targets = [...read(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const inside = targets.filter((target) => !/^(https?:|#)/.test(target));
  const broken = inside.filter((target) => !existsSync(join(root, dirname(file), target.replace(/#.*/, ''))));
  expect(broken).toEqual([]);
});

test.each(documents)('%s: every command exists', (file) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const text = read(file);
  const runs = [...text.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name);
  const commands = [...text.matchAll(/npm run bridge -- ([a-z][\w-]*)/g)].map(([, name = '']) => name);
  expect(runs.filter((name) => !(name in scripts))).toEqual([]);
  expect(commands.filter((name) => !commandNames.includes(name))).toEqual([]);
});

/** A sentence such as "What is refused is counted." A question ends otherwise, and tables have no sentences. */
const whatAsSubject = /(?:^|[.!?:] |[-*] )What [^.:!?|]*\.(?=\s|$)/gm;

test.each(documents)('%s: no clause with "what" is a subject', (file) => {
  const prose = read(file).replaceAll(/^```.*?^```$/gms, '');
  expect(prose.match(whatAsSubject) ?? []).toEqual([]);
});

test.each([
  [/^README\.md$/, 150],
  [/^apps\/[^/]+\/README\.md$/, 60],
  [/^libs\/[^/]+\/README\.md$/, 40],
])('%s: at most %i lines', (pattern, most) => {
  const long = documents.filter((file) => pattern.test(file) && read(file).split('\n').length - 1 > most);
  expect(long).toEqual([]);
});
