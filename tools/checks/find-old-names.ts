import { basename, join } from 'node:path';
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import type { OldName } from './old-name-table.ts';
import { lineOf, parseSource, walk } from './source-files.ts';

/** An old name that still stands somewhere. */
export type OldNameUse = { readonly place: string; readonly name: string; readonly use: string };

/** Files and declarations that carry a name which the table forbids in their folder. */
export function findOldNames(
  root: string,
  files: readonly string[],
  table: readonly OldName[],
): OldNameUse[] {
  return files.flatMap((file) => {
    const rules = table.filter(({ folders }) => folders.some((folder) => file.startsWith(`${folder}/`)));
    if (rules.length === 0) return [];
    const named = rules.filter((rule) => rule.files?.includes(basename(file)));
    return [
      ...named.map(({ use }) => ({ place: file, name: basename(file), use })),
      ...(file.endsWith('.ts') ? inSource(parseSource(root, file), rules) : []),
    ];
  });
}

function inSource(source: ts.SourceFile, rules: readonly OldName[]): OldNameUse[] {
  const found: OldNameUse[] = [];
  const isTest = /\.test\.ts$|\/test\//.test(source.fileName);
  const report = (node: ts.Node, name: string, key: 'declarations' | 'members' | 'literals') => {
    for (const rule of rules) {
      if (rule[key]?.includes(name) !== true) continue;
      found.push({ place: `${source.fileName}:${lineOf(node)}`, name, use: rule.use });
    }
  };
  walk(source, (node) => {
    const declared = declaredName(node);
    if (declared !== undefined) report(node, declared, 'declarations');
    const member = memberName(node);
    if (member !== undefined) report(node, member, 'members');
    if (!isTest && ts.isStringLiteral(node) && !isConstant(node)) report(node, node.text, 'literals');
  });
  return found;
}

/** The name of a type, function, class or variable, parameters and parts of a destructuring included. */
function declaredName(node: ts.Node): string | undefined {
  const declares =
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node);
  return declares && node.name && ts.isIdentifier(node.name) ? node.name.text : undefined;
}

/** The name of a property or method, of a type or of an object. */
function memberName(node: ts.Node): string | undefined {
  const isMember =
    ts.isPropertySignature(node) ||
    ts.isMethodSignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node);
  return isMember && ts.isIdentifier(node.name) ? node.name.text : undefined;
}

function isConstant(node: ts.StringLiteral): boolean {
  const declaration = node.parent;
  if (!ts.isVariableDeclaration(declaration)) return false;
  const statement = declaration.parent.parent;
  return (
    ts.isVariableStatement(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

const guillemet = /[\u00ab\u00bb]/g;

/** Every text of the tree: code, documents, configuration. Lock files and what is generated from runs are texts, too. */
export function listTexts(root: string): string[] {
  const patterns = [
    '*.{md,json,mjs,ts,yml,yaml}',
    '{apps,libs,cli,tools,docs,deploy,config,scripts,.ci}/**/*.{ts,mjs,js,md,sql,sh,yml,yaml,html,css,conf,json}',
    '{scripts,.ci}/*',
  ];
  const exclude = ['**/node_modules/**', '**/dist/**', '**/out-tsc/**', '**/coverage/**'];
  return [...new Set(globSync(patterns, { cwd: root, exclude, withFileTypes: false }))].sort();
}

/** Where guillemets stand; quotes are straight. */
export function findGuillemets(root: string, files: readonly string[]): { file: string; count: number }[] {
  return files.flatMap((file) => {
    const count = readText(join(root, file)).match(guillemet)?.length ?? 0;
    return count === 0 ? [] : [{ file, count }];
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // A pattern without an extension also finds folders.
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return '';
    throw error;
  }
}
