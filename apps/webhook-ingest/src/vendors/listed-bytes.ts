const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openers = new Set([0x5b, 0x7b]);
const closers = new Set([0x5d, 0x7d]);
const openList = 0x5b;

/**
 * The bytes of each element of the list under a top-level name of a JSON object, in their order and as they came: what is
 * parsed and written again has other spaces, numbers and escapes. @param json Valid JSON, which is not checked again.
 */
export function listedBytes(json: Buffer, name: string): Buffer[] {
  const elements: Buffer[] = [];
  let depth = 0;
  let text: { readonly from: number } | undefined;
  let lastText = '';
  let isWanted = false;
  let elementFrom = -1;

  function endElement(at: number): void {
    const element = trimmed(json.subarray(elementFrom, at));
    if (element.length > 0) elements.push(element);
    elementFrom = at + 1;
  }

  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (text !== undefined) {
      if (byte === backslash) at += 1;
      else if (byte === quote) {
        if (depth === 1) lastText = json.toString('utf8', text.from, at);
        text = undefined;
      }
    } else if (byte === quote) text = { from: at + 1 };
    else if (byte === colon && depth === 1) isWanted = lastText === name;
    else if (openers.has(byte)) {
      depth += 1;
      if (depth === 2 && isWanted && byte === openList) {
        // Of a name that comes twice JSON.parse takes the last one.
        elements.length = 0;
        elementFrom = at + 1;
      }
    } else if (closers.has(byte)) {
      if (depth === 2 && elementFrom >= 0) {
        endElement(at);
        elementFrom = -1;
      }
      depth -= 1;
    } else if (byte === comma && depth === 2 && elementFrom >= 0) endElement(at);
  }
  return elements;
}

function trimmed(bytes: Buffer): Buffer {
  let [from, until] = [0, bytes.length];
  while (from < until && isSpace(bytes[from])) from += 1;
  while (until > from && isSpace(bytes[until - 1])) until -= 1;
  return bytes.subarray(from, until);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
