import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import ts from 'typescript';
import { checkout } from '@bridge/cli/stack-paths';
import { findGuillemets, findOldNames, listTexts } from './find-old-names.ts';
import { oldNames } from './old-name-table.ts';
import { isTestFile, lineOf, listSourceFiles, parseSource, walk } from './source-files.ts';

type Row = readonly [name: string, value: string];

/** Names of an open set that has more than two members one day; a two-way branch on one treats a third as the second. */
const vendors = new Set(['oura', 'whoop', 'apple']);

/** The figures of a tree, tests counted where nothing else is said. */
export async function measureStructure(root: string): Promise<readonly Row[]> {
  const files = listSourceFiles(root);
  const lines = new Map(files.map((file) => [file, countLines(root, file)]));
  const product = files.filter((file) => !isTestFile(file));
  const sources = product.map((file) => parseSource(root, file));
  const texts = listTexts(root);
  const uses = findOldNames(root, texts, oldNames);
  const quotes = findGuillemets(root, texts);
  const branches = sources.filter(({ fileName }) => fileName.startsWith('apps/')).flatMap(vendorBranches);
  const imports = await measureImports(root);
  return [
    ['files', `${files.length} (${product.length} without tests)`],
    ['lines', String(sum([...lines.values()]))],
    ['median, p90, max of all files', distribution([...lines.values()])],
    ['median, p90, max without tests', distribution(product.map((file) => lines.get(file) ?? 0))],
    ['longest file', longest([...lines])],
    ['longest function', longest(sources.flatMap(functionsOf))],
    ['functions over 80 lines', String(sources.flatMap(functionsOf).filter(([, size]) => size > 80).length)],
    ['upward imports', String(imports.upward)],
    ['circles', `${imports.circles} (${imports.inCircles} files)`],
    ...readdirSync(join(root, 'apps')).map((app): Row => [
      `largest folder of ${app}`,
      largestFolder(app, product, lines),
    ]),
    ['two-way branches on a vendor', `${branches.length}${list(branches)}`],
    ['old names', `${uses.length} (${new Set(uses.map(({ place }) => place.split(':')[0])).size} files)`],
    ['guillemets', `${sum(quotes.map(({ count }) => count))} (${quotes.length} files)`],
  ];
}

const list = (items: readonly string[]) => (items.length === 0 ? '' : `: ${items.join(', ')}`);
const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);

function countLines(root: string, file: string): number {
  return readFileSync(join(root, file), 'utf8').split('\n').length - 1;
}

function distribution(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return `${at(0.5)}, ${at(0.9)}, ${at(1)}`;
}

function longest(sizes: readonly (readonly [name: string, size: number])[]): string {
  const [name, size] = sizes.reduce((most, one) => (one[1] > most[1] ? one : most), ['none', 0] as const);
  return `${size} lines: ${name}`;
}

/** Each function with its lines, from its head to its closing brace. */
function functionsOf(source: ts.SourceFile): (readonly [name: string, size: number])[] {
  const found: (readonly [string, number])[] = [];
  walk(source, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    const end = source.getLineAndCharacterOfPosition(node.getEnd()).line + 1;
    const name = node.name && ts.isIdentifier(node.name) ? node.name.text : 'anonymous';
    found.push([`${name} (${source.fileName}:${lineOf(node)})`, end - lineOf(node) + 1]);
  });
  return found;
}

/** Share of an app's lines, tests not counted, that the largest folder directly below `src/` holds. */
function largestFolder(app: string, product: readonly string[], lines: ReadonlyMap<string, number>): string {
  const prefix = `apps/${app}/src/`;
  const own = product.filter((file) => file.startsWith(prefix));
  const sizes = new Map<string, number>();
  for (const file of own) {
    const [folder = '', ...rest] = file.slice(prefix.length).split('/');
    const key = rest.length === 0 ? '(files of src)' : folder;
    sizes.set(key, (sizes.get(key) ?? 0) + (lines.get(file) ?? 0));
  }
  const folders = [...sizes].filter(([key]) => !key.startsWith('('));
  const [name, size] = folders.reduce((most, one) => (one[1] > most[1] ? one : most), ['none', 0]);
  const all = sum([...sizes.values()]);
  return all === 0
    ? 'no TypeScript'
    : `${((100 * size) / all).toFixed(0)} % (${name}, ${size} of ${all} lines)`;
}

/** `vendor === 'oura'`, in whatever statement: whoever is not the one is taken for the other. */
function vendorBranches(source: ts.SourceFile): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    if (!ts.isBinaryExpression(node)) return;
    const { operatorToken, left, right } = node;
    const compares =
      operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
      operatorToken.kind === ts.SyntaxKind.ExclamationEqualsEqualsToken;
    if (compares && [left, right].some((side) => ts.isStringLiteral(side) && vendors.has(side.text)))
      found.push(`${source.fileName}:${lineOf(node)}`);
  });
  return found;
}

type Violation = {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
  readonly cycle?: readonly { readonly name: string }[];
};

/** Circles as groups of files that reach each other, and imports that break a rule about directions, as dependency-cruiser sees them. */
async function measureImports(root: string) {
  const folders = ['apps', 'libs', 'cli', 'tools'].filter((folder) => existsSync(join(root, folder)));
  const config = join(checkout, 'dependency-cruiser.config.mjs');
  const args = ['--config', config, '--output-type', 'json', ...folders];
  const run = spawn(join(checkout, 'node_modules/.bin/depcruise'), args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { summary } = JSON.parse(await text(run.stdout)) as {
    summary: { violations: readonly Violation[] };
  };
  const circles = summary.violations.filter(({ rule }) => rule.name === 'no-circle');
  const upward = summary.violations.filter(({ rule }) => rule.name !== 'no-circle');
  const groups = joined(circles.map(({ from, cycle = [] }) => [from, ...cycle.map(({ name }) => name)]));
  return {
    upward: new Set(upward.map(({ from, to }) => `${from} ${to}`)).size,
    circles: groups.length,
    inCircles: sum(groups.map(({ size }) => size)),
  };
}

/** Joins lists that share a file. */
function joined(cycles: readonly (readonly string[])[]): Set<string>[] {
  const groups: Set<string>[] = [];
  for (const cycle of cycles) {
    const touching = groups.filter((group) => cycle.some((file) => group.has(file)));
    for (const group of touching) groups.splice(groups.indexOf(group), 1);
    groups.push(new Set([...cycle, ...touching.flatMap((group) => [...group])]));
  }
  return groups;
}
