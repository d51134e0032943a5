/** Where a message stands in its file or in another message. */
export type MessagePlace = {
  readonly name: string;
  readonly isMapEntry: boolean;
  readonly nested: readonly MessagePlace[];
};

/**
 * The message that indexes name. Clients that work with descriptors count the entry messages that the compiler makes for
 * map fields, and others do not: where the first way of counting finds no message, the second is taken.
 */
export function messageAt(messages: readonly MessagePlace[], path: readonly number[]): string[] | undefined {
  return walk(messages, path, true) ?? walk(messages, path, false);
}

function walk(
  messages: readonly MessagePlace[],
  path: readonly number[],
  withEntries: boolean,
): string[] | undefined {
  const names: string[] = [];
  let level = messages;
  for (const index of path) {
    const found = (withEntries ? level : level.filter(({ isMapEntry }) => !isMapEntry))[index];
    if (found === undefined || found.isMapEntry) return undefined;
    names.push(found.name);
    level = found.nested;
  }
  return names;
}

type Place = MessagePlace & { readonly nested: Place[] };

const notCode = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
const marks = /\bmessage\s+(\w+)\s*\{|\bmap\s*<|[{}]/g;

/** The messages of a schema text. The parser keeps fields and nested messages apart and so loses their common order. */
export function messagesInText(text: string): MessagePlace[] {
  const file: Place = { name: '', isMapEntry: false, nested: [] };
  const open: Place[] = [file];
  for (const [mark, name] of text.replace(notCode, ' ').matchAll(marks)) {
    const around = open.at(-1) ?? file;
    if (name !== undefined) {
      const place: Place = { name, isMapEntry: false, nested: [] };
      around.nested.push(place);
      open.push(place);
    } else if (mark === '{') open.push(around);
    else if (mark === '}') open.pop();
    else around.nested.push({ name: '', isMapEntry: true, nested: [] });
  }
  return file.nested;
}
