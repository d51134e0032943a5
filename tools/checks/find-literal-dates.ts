import ts from 'typescript';
import { importsOf, isTestFile, lineOf, memoize, parseSource, reachableFrom, walk } from './source-files.ts';

/** A date that is written out in a test with servers. */
export type LiteralDate = { readonly file: string; readonly line: number; readonly text: string };

/** The newest date that may be written out. Whatever is as old as this stays too old, so it cannot become so. */
const newestAllowed = '2024-01-01';

const isoDate = /(?<!\d)(20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)/g;

/** The dates that a test with servers, or what it imports from beside it, writes out. */
export function findLiteralDates(root: string, files: readonly string[]): LiteralDate[] {
  const sources = withHelpers(root, files);
  return sources.flatMap((source) => datesIn(source)).sort((a, b) => a.file.localeCompare(b.file));
}

/** The integration and e2e tests, and the helpers that they import, directly or not. */
function withHelpers(root: string, files: readonly string[]): ts.SourceFile[] {
  const known = new Set(files);
  const parse = memoize((file: string) => parseSource(root, file));
  const helpersOf = (file: string) =>
    importsOf(file, parse(file).text).filter((target) => known.has(target) && isTestFile(target));
  const starts = files.filter((file) => /\.(int|e2e)\.test\.ts$/.test(file));
  const reached = new Set(starts.flatMap((file) => [...reachableFrom(file, helpersOf)]));
  return [...reached].map(parse);
}

function datesIn(source: ts.SourceFile): LiteralDate[] {
  const found: LiteralDate[] = [];
  const report = (node: ts.Node, text: string) =>
    found.push({ file: source.fileName, line: lineOf(node), text });
  walk(source, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) {
      for (const [date] of node.text.matchAll(isoDate)) if (date > newestAllowed) report(node, date);
    }
    const year = literalYear(node);
    if (year !== undefined && year >= Number(newestAllowed.slice(0, 4))) report(node, node.getText(source));
  });
  return found;
}

/** The year of `new Date(2026, …)` and `Date.UTC(2026, …)`. */
function literalYear(node: ts.Node): number | undefined {
  const constructs = ts.isNewExpression(node) && node.expression.getText() === 'Date';
  const calls = ts.isCallExpression(node) && node.expression.getText() === 'Date.UTC';
  if (!constructs && !calls) return undefined;
  const [year, month] = node.arguments ?? [];
  return year && month && ts.isNumericLiteral(year) ? Number(year.text) : undefined;
}
