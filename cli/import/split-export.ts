import sax from 'sax';

/** A part of an `export.xml`, as a complete document. */
export type ExportPart = {
  readonly xml: string;
  readonly elements: number;
  /** Number of characters up to the end of its last element, where a later run resumes. */
  readonly until: number;
};

/** The size of one request, which takes seconds and is cheap to repeat. */
const partCharacters = 2 * 1024 * 1024;
/** Elements that are not imported: the person, the date of the export, and copies of other records. */
const ignored = new Set(['Me', 'ExportDate', 'Correlation']);

/**
 * Splits an `export.xml` of any size into documents for single requests. Skips elements that end before `from`. Throws if
 * the file is not an export of Apple Health.
 */
export async function* splitExport(text: AsyncIterable<string>, from = 0): AsyncGenerator<ExportPart> {
  // Accept only XML's five predefined entities. The types lack this option.
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
    throw new Error('The file is not an export of Apple Health, or it is cut off: its XML is malformed.');
  };
  parser.onopentag = ({ name }) => {
    depth += 1;
    if (depth === 1 && name !== 'HealthData')
      throw new Error('The XML file is not an export of Apple Health.');
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
    // An open element may begin in the last characters of this chunk.
    const keep = depth >= 2 ? keepFrom : Math.min(keepFrom, lastTag(window, windowStart));
    window = window.slice(keep - windowStart);
    windowStart = keep;
  }
  if (depth !== 0) throw new Error('The export is cut off: its end is missing.');
  close(parser.position);
  yield* parts.splice(0);
}

/** Returns the start of the last tag of a text, which may continue in the next one. */
function lastTag(window: string, windowStart: number): number {
  const at = window.lastIndexOf('<');
  return windowStart + (at === -1 ? window.length : at);
}
