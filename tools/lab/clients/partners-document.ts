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

export function tableOf(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['Client', 'Version', 'Format', 'Shape', 'Result']),
    line(['---', '---', '---', '---', '---']),
    ...rows.map(({ client, version, format, shape, result }) =>
      line([client, version, format, shape, result === 'not checked' ? 'NOT CHECKED' : result]),
    ),
  ].join('\n');
}

/** The parts of a sender between `snippet: <format>` and `end`, each as a code block under its format. */
export function snippetsOf({ language }: Pick<Client, 'language'>, source: string): string {
  const parts = source.matchAll(/(?:#|\/\/) snippet: ([\w ]+)\n([\s\S]*?)\n *(?:#|\/\/) end\n/g);
  return Array.from(parts, ([, format, code = '']) =>
    [`${format}:`, '', `\`\`\`${language}`, code.trimEnd(), '```'].join('\n'),
  ).join('\n\n');
}
