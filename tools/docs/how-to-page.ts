/** A file in the list "Files" of a page. */
export type ListedFile = { readonly path: string; readonly kind: 'edited' | 'new' | 'generated' };

/** A code block that names a file: the whole text of a new file, or one edit of an existing one. */
export type Snippet =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'edit'; readonly path: string; readonly before: string; readonly after: string };

export type HowToPage = { readonly files: readonly ListedFile[]; readonly snippets: readonly Snippet[] };

/** Reads a page of `docs/how-to`. Its README describes the form. */
export function parseHowToPage(markdown: string): HowToPage {
  const [, list = ''] = /^## Files\n(.*?)(?=^## |(?![^]))/ms.exec(markdown) ?? [];
  const files = [...list.matchAll(/^\d+\. `([^`]+)`(?: \((new|generated)\))?/gm)].map(
    ([, path = '', mark]): ListedFile => ({ path, kind: mark === undefined ? 'edited' : toKind(mark) }),
  );
  const blocks = markdown.matchAll(/^```(\w+) (\S+)\n(.*?)^```$/gms);
  const snippets = [...blocks].map(([, language = '', path = '', text = '']): Snippet => {
    return language === 'diff' ? editOf(path, text) : { kind: 'file', path, text };
  });
  return { files, snippets };
}

function toKind(mark: string): ListedFile['kind'] {
  return mark === 'generated' ? 'generated' : 'new';
}

function editOf(path: string, diff: string): Snippet {
  const lines = diff.replace(/\n$/, '').split('\n');
  const side = (dropped: string) =>
    lines.flatMap((line) => (line.startsWith(dropped) ? [] : [`${line.slice(1)}\n`])).join('');
  return { kind: 'edit', path, before: side('+'), after: side('-') };
}

/** The text after an edit. Throws if the lines before it do not occur exactly once. */
export function applyEdit(text: string, { path, before, after }: Extract<Snippet, { kind: 'edit' }>): string {
  const whole = `\n${text}`;
  const place = whole.indexOf(`\n${before}`);
  if (place === -1 || place !== whole.lastIndexOf(`\n${before}`))
    throw new Error(`${path} must have exactly one place for the edit:\n${before}`);
  return text.slice(0, place) + after + text.slice(place + before.length);
}
