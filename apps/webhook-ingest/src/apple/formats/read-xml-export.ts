import { ExportRefused, xmlText, type Chunks } from '@bridge/apple-export';
import sax from 'sax';
import type { HealthItem, RecordedElement } from '../domain/health-item.ts';

const root = 'HealthData';
/** Who it is, when it was made, and records that stand beside it anyway. */
const ignored = new Set(['Me', 'ExportDate', 'Correlation']);
/** Missing in its types: no entities but XML's own five. */
const strict = { strictEntities: true } as sax.SAXOptions;
const maxDepth = 32;
const maxChildren = 5_000;
/** Apple writes about ten; whoever writes millions means no health data by it. */
const maxAttributes = 100;
/** Letters of one element with its children, of which all are in memory: a long workout has a million. */
const maxLetters = 8_000_000;

type Open = { -readonly [Key in keyof RecordedElement]: RecordedElement[Key] } & {
  readonly children: { tag: string; attributes: Record<string, string> }[];
};

/** The elements of Apple's `export.xml`, some at a time, whatever its size. Throws `ExportRefused`. */
export async function* readXmlExport(chunks: Chunks): AsyncGenerator<HealthItem[]> {
  const parser = sax.parser(true, strict);
  let items: HealthItem[] = [];
  let depth = 0;
  const end = { reached: false };
  let attributeCount = 0;
  let letters = 0;
  let current: Open | undefined;

  parser.onerror = () => {
    throw new ExportRefused('malformed');
  };
  parser.onopentagstart = () => {
    attributeCount = 0;
  };
  parser.onattribute = ({ name, value }) => {
    attributeCount += 1;
    if (attributeCount > maxAttributes) throw new ExportRefused('malformed');
    letters += name.length + value.length;
    if (letters > maxLetters) throw new ExportRefused('element_too_large');
  };
  parser.onopentag = ({ name: tag, attributes }) => {
    depth += 1;
    if (depth > maxDepth || (depth === 1 && tag !== root)) throw new ExportRefused('malformed');
    const own = attributes as Record<string, string>;
    if (depth === 2 && !ignored.has(tag)) current = { kind: 'record', tag, attributes: own, children: [] };
    else if (current !== undefined && current.children.length < maxChildren) {
      current.children.push({ tag, attributes: own });
    }
  };
  parser.onclosetag = () => {
    depth -= 1;
    if (depth === 1) letters = 0;
    if (depth === 1 && current !== undefined) {
      items.push(current);
      current = undefined;
    }
    end.reached = depth === 0;
  };

  function read(text: string): HealthItem[] {
    items = [];
    parser.write(text);
    return items;
  }
  for await (const text of xmlText(chunks)) {
    const found = read(text);
    if (found.length > 0) yield found;
  }
  if (!end.reached) throw new ExportRefused('malformed');
}
