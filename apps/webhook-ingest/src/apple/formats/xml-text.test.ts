import { ExportRefused } from '@bridge/apple-export';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createReadHealth } from './read-health.ts';

const readHealth = createReadHealth({ body: 1e6, unzipped: 1e6, flat: 1_000 });

async function sourceOf(body: string | Buffer, step: number): Promise<unknown> {
  const bytes = Buffer.from(body);
  const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, nr) =>
    bytes.subarray(nr * step, (nr + 1) * step),
  );
  try {
    const { items } = await readHealth(Readable.from(chunks), undefined, () => undefined);
    const found: unknown[] = [];
    for await (const some of items)
      for (const item of some) if (item.kind === 'record') found.push(item.attributes['sourceName']);
    return found;
  } catch (error) {
    if (error instanceof ExportRefused) return error.reason;
    throw error;
  }
}

const named = (name: string, encoding = 'UTF-8') =>
  `<?xml version="1.0" encoding="${encoding}"?>\n<HealthData>\n<Record type="a" sourceName="${name}"/></HealthData>`;
const utf16be = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();

const cases: readonly (readonly [string, string | Buffer, unknown])[] = [
  ['a control character as a reference', named('Scale&#x0b;2'), 'Scale\ufffd2'],
  ['the control character 0', named('Scale&#0;2'), 'Scale\ufffd2'],
  ['an emoji as two references', named('Ada&#55357;&#56841;'), 'Ada😉'],
  ['an emoji as two hexadecimal references', named('Ada&#xD83D;&#xde09;!'), 'Ada😉!'],
  ['an emoji as one reference', named('Ada&#128521;'), 'Ada😉'],
  ['half an emoji', named('Ada&#55357;x'), 'Ada\ufffdx'],
  ['halves in the wrong order', named('Ada&#56841;&#55357;'), 'Ada\ufffd\ufffd'],
  ['a letter that Unicode does not have', named('Ada&#x110000;&#99999999;'), 'Ada\ufffd\ufffd'],
  ['a bare ampersand', named('Bed & Sleep, A&B, C&;'), 'Bed & Sleep, A&B, C&;'],
  ['the five entities and usual references', named('&lt;&amp;&apos;&#233;&#x41;'), "<&'éA"],
  ['UTF-8 without a declaration', '<HealthData><Record type="a" sourceName="Zoé’s"/></HealthData>', 'Zoé’s'],
  ['Latin-1', Buffer.from(named('Zoé', 'ISO-8859-1'), 'latin1'), 'Zoé'],
  ['Latin-1 by another name', Buffer.from(named('Zoé', 'latin1'), 'latin1'), 'Zoé'],
  ['Cyrillic letters of Windows', Buffer.from(named('\u00c0\u00e4\u00e0', 'windows-1251'), 'latin1'), 'Ада'],
  ['UTF-16', Buffer.from(`\ufeff${named('Zoé 😉', 'UTF-16')}`, 'utf16le'), 'Zoé 😉'],
  ['UTF-16 without a mark', Buffer.from(named('Zoé', 'UTF-16LE'), 'utf16le'), 'Zoé'],
  ['UTF-16, the other way round', utf16be(named('Zoé', 'UTF-16')), 'Zoé'],
  ['UTF-8 that calls itself UTF-16', named('Zoé', 'UTF-16'), 'Zoé'],
];

it.each(
  cases.flatMap(([name, body, source]) => [1, 7, 100_000].map((step) => [name, step, body, source] as const)),
)('reads %s, in chunks of %i bytes', async (_, step, body, source) =>
  expect(await sourceOf(body, step)).toEqual([source]),
);

const laughs = `<?xml version="1.0"?><!DOCTYPE HealthData [<!ENTITY a "ha">${Array.from(
  { length: 30 },
  (_, nr) => `<!ENTITY b${nr} "${'&a;'.repeat(100)}">`,
).join('')}]><HealthData><Record type="a" sourceName="&b29;"/></HealthData>`;

it.each([
  ['a billion laughs', laughs, 'malformed'],
  [
    'a file from outside',
    named('&x;').replace('?>\n', '?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    'malformed',
  ],
  ['an encoding that nobody knows', named('a', 'EBCDIC-CP-US'), 'unknown_charset'],
  ['Latin-1 that calls itself UTF-8', Buffer.from(named('Zoé'), 'latin1'), 'malformed'],
  ['half a letter at the end', Buffer.from(named('a', 'UTF-16'), 'utf16le').subarray(0, -1), 'malformed'],
])('refuses %s', async (_, body, reason) => expect(await sourceOf(body, 50)).toBe(reason));
