/**
 * The fields of one line of CSV (RFC 4180): separated by commas, in double quotes where needed. Undefined when a quote is not
 * closed or is followed by more; fields with line breaks are not read.
 */
export function splitCsv(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const isQuoted = line[at] === '"';
    const end = isQuoted ? closingQuote(line, at + 1) : line.indexOf(',', at);
    const last = end === -1 ? line.length : end;
    if (isQuoted && end === -1) return undefined;
    const text = line.slice(isQuoted ? at + 1 : at, last);
    if (!isQuoted && text.includes('"')) return undefined;
    fields.push(isQuoted ? text.replaceAll('""', '"') : text);
    const next = isQuoted ? last + 1 : last;
    if (next >= line.length) return fields;
    if (line[next] !== ',') return undefined;
    at = next + 1;
  }
}

/** Of two quotes in a row the second is part of the text. */
function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at !== -1; at = line.indexOf('"', at + 2)) {
    if (line[at + 1] !== '"') return at;
  }
  return -1;
}
