import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Where the project's own code lies. */
const folders = ['apps', 'libs', 'cli', 'tools'];
const exclude = ['**/node_modules/**', '**/dist/**', '**/out-tsc/**', '**/coverage/**'];

/** The project's TypeScript files below `root`, relative to it, in a fixed order. */
export function listSourceFiles(root: string): string[] {
  const patterns = folders.map((folder) => `${folder}/**/*.ts`);
  const found = globSync(patterns, { cwd: root, exclude });
  return found.filter((file) => !file.endsWith('.d.ts')).sort();
}

/** Whether a file is a test or belongs to tests only. */
export function isTestFile(file: string): boolean {
  return /\.test\.ts$|(^|\/)test\/|^libs\/testing\/|^tools\/e2e\//.test(file);
}

export function parseSource(root: string, file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** The project's files that a file imports, types included; a lib stands for its `index.ts`. */
export function importsOf(file: string, text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName }) => {
    if (fileName.startsWith('.')) return [join(dirname(file), fileName)];
    const [, lib] = /^@bridge\/([\w-]+)$/.exec(fileName) ?? [];
    return lib === undefined ? [] : [`libs/${lib}/src/index.ts`];
  });
}

/** A file and everything that it imports, directly or not. */
export function reachableFrom(start: string, imports: (file: string) => readonly string[]): Set<string> {
  const reached = new Set([start]);
  for (const file of reached) for (const target of imports(file)) reached.add(target);
  return reached;
}

/** The line of a node, counted from 1. */
export function lineOf(node: ts.Node): number {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** Calls `visit` for a node and everything below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The same answer for the same key, found once. */
export function memoize<T>(find: (key: string) => T): (key: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (key) => {
    const entry = known.get(key) ?? { value: find(key) };
    known.set(key, entry);
    return entry.value;
  };
}
