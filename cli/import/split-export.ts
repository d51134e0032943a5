import sax from 'sax';

/** Some elements of an `export.xml`, as a document of their own. */
export type ExportPart = {
  readonly xml: string;
  readonly elements: number;
  /** Characters of the file up to the end of its last element: a later run goes on from there. */
  readonly until: number;
};

/** So much in one request: over within seconds, and little to send again. */
const partCharacters = 2 * 1024 * 1024;
/** Who it is, when it was made, and records that stand beside it anyway. */
const ignored = new Set(['Me', 'ExportDate', 'Correlation']);

/**
 * Cuts an `export.xml` of any size into documents that the service takes one by one. Elements that end before `from`
 * are passed over. Throws when it is no export of Apple Health.
 */
export async function* splitExport(text: AsyncIterable<string>, from = 0): AsyncGenerator<ExportPart> {
  // No entities but XML's own five; missing in its types.
  const parser = sax.parser(true, { strictEntities: true } as sax.SAXOptions);
  let window = '';
  let windowStart = 0;
  let depth = 0;
  let elementStart = 0;
  let tag = '';
  let pieces: string[] = [];
  let length = 0;
  const parts: ExportPart[] = [];

  const close = (until: number) => {
    if (pieces.length === 0) return;
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<HealthData>\n${pieces.join('\n')}\n</HealthData>\n`;
    parts.push({ xml, elements: pieces.length, until });
    [pieces, length] = [[], 0];
  };
  parser.onerror = () => {
    throw new Error('This is no export of Apple Health, or it is cut off: its XML does not hold together.');
  };
  parser.onopentag = ({ name }) => {
    depth += 1;
    if (depth === 1 && name !== 'HealthData') throw new Error('This XML is no export of Apple Health.');
    if (depth === 2) [tag, elementStart] = [name, parser.startTagPosition - 1];
  };
  parser.onclosetag = () => {
    depth -= 1;
    if (depth !== 1 || ignored.has(tag) || parser.position <= from) return;
    const piece = window.slice(elementStart - windowStart, parser.position - windowStart);
    pieces.push(piece);
    length += piece.length;
    if (length >= partCharacters) close(parser.position);
  };

  for await (const chunk of text) {
    window += chunk;
    parser.write(chunk);
    yield* parts.splice(0);
    const keepFrom = depth >= 2 ? elementStart : Math.max(windowStart, parser.position - 1);
    // What is open may begin in this chunk's last characters.
    const keep = depth >= 2 ? keepFrom : Math.min(keepFrom, lastTag(window, windowStart));
    window = window.slice(keep - windowStart);
    windowStart = keep;
  }
  if (depth !== 0) throw new Error('The export is cut off: its end is missing.');
  close(parser.position);
  yield* parts.splice(0);
}

/** Where the last tag of a text begins, which may go on in the next. */
function lastTag(window: string, windowStart: number): number {
  const at = window.lastIndexOf('<');
  return windowStart + (at === -1 ? window.length : at);
}
