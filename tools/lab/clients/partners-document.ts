import type { Client } from './client.ts';
import type { Row } from './check-clients.ts';

/** Replaces what stands between the marks of the table and of each client's snippets; everything else is written by hand. */
export function partnersDocument(text: string, parts: ReadonlyMap<string, string>): string {
  let changed = text;
  for (const [name, part] of parts) {
    const [begin, end] = [`<!-- begin: ${name} -->`, `<!-- end: ${name} -->`];
    const [from, to] = [changed.indexOf(begin), changed.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`docs/partners.md has no place for "${name}".`);
    changed = `${changed.slice(0, from + begin.length)}\n\n${part.trim()}\n\n${changed.slice(to)}`;
  }
  return changed;
}

/** Padded as Prettier leaves it. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ['Client', 'Version', 'Format', 'Shape', 'Result'],
    ...rows.map(({ client, version, format, shape, result }) => [
      ...[client, version, format, shape],
      result === 'not checked' ? 'NOT CHECKED' : result,
    ]),
  ];
  const [head = []] = cells;
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  const [first = '', ...others] = cells.map(line);
  return [first, rule, ...others].join('\n');
}

/** The parts of a sender between `snippet: <format>` and `end`, each as a code block under its format. */
export function snippetsOf({ language }: Pick<Client, 'language'>, source: string): string {
  const parts = source.matchAll(/(?:#|\/\/) snippet: ([\w ]+)\n([\s\S]*?)\n *(?:#|\/\/) end\n/g);
  return Array.from(parts, ([, format, code = '']) =>
    [`${format}:`, '', `\`\`\`${language}`, code.trimEnd(), '```'].join('\n'),
  ).join('\n\n');
}
