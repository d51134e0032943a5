import { strToU8, zipSync } from 'fflate';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportText, kindOfExport } from './read-export.ts';
import { splitExport } from './split-export.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The elements of a file, as the service would get them, and the number of bytes read for them. */
async function read(bytes: Uint8Array) {
  const file = join(folder, 'export');
  await writeFile(file, bytes);
  const kind = await kindOfExport(file);
  if (kind === 'json') return { kind, elements: [], readBytes: 0 };
  let readBytes = 0;
  const elements: string[] = [];
  for await (const { xml } of splitExport(exportText(file, kind, (count) => (readBytes += count))))
    elements.push(...xml.split('\n').filter((line) => line.startsWith('<Record')));
  return { kind, elements, readBytes };
}

const records = (name: string, encoding = 'UTF-8') =>
  `<?xml version="1.0" encoding="${encoding}"?>\n<HealthData>\n<Record type="a" sourceName="${name}"/>\n</HealthData>`;
const element = (name: string) => `<Record type="a" sourceName="${name}"/>`;
const plain = strToU8(records('Watch'));
const forks = Buffer.from('0005160700000000', 'hex');
const noise = Buffer.from(Array.from({ length: 50_000 }, (_, nr) => (nr * nr * 31 + (nr >> 3)) & 255));
const signature = Buffer.from('504b0304140000000800', 'hex');

it.each([
  ['a simple one', zipSync({ 'apple_health_export/export.xml': plain })],
  ['one of macOS', zipSync({ 'a/export.xml': plain, '__MACOSX/a/._export.xml': forks })],
  ['one of macOS, its own files first', zipSync({ '__MACOSX/a/._export.xml': forks, 'a/export.xml': plain })],
  ['one with other XML first', zipSync({ 'a/notes.xml': strToU8('<a/>'), 'a/export.xml': plain })],
  ['one with broken XML first', zipSync({ 'a/0.xml': noise, 'a/export.xml': plain })],
  [
    'one with a signature in an attachment',
    zipSync({ 'a/s.pdf': [signature, { level: 0 }], 'a/e.xml': plain }),
  ],
  ['one in Spanish', zipSync({ 'a/export_cda.xml': strToU8('<x/>'), 'a/Exportación.xml': plain })],
])('reads a zip file: %s', async (_, bytes) => {
  expect(await read(bytes)).toMatchObject({ kind: 'zip', elements: [element('Watch')] });
});

it.each([
  ['Latin-1', Buffer.from(records('Zoé', 'ISO-8859-1'), 'latin1'), 'Zoé'],
  ['UTF-16', Buffer.from(`\ufeff${records('Zoé 😉', 'UTF-16')}`, 'utf16le'), 'Zoé 😉'],
  ['UTF-16, the other way round', Buffer.from(`\ufeff${records('Zoé')}`, 'utf16le').swap16(), 'Zoé'],
  ['UTF-8 with a mark', Buffer.from(`\ufeff \n<HealthData>${element('Zoé')}</HealthData>`), 'Zoé'],
  ['a control character as a reference', Buffer.from(records('Scale&#x0b;2')), 'Scale\ufffd2'],
  ['an emoji as two references', Buffer.from(records('Ada&#55357;&#56841;')), 'Ada😉'],
  ['a bare ampersand', Buffer.from(records('A&B')), 'A&amp;B'],
])('reads XML: %s', async (_, bytes, name) => {
  expect(await read(bytes)).toMatchObject({
    kind: 'xml',
    elements: [element(name)],
    readBytes: bytes.length,
  });
  expect(await read(zipSync({ 'export.xml': bytes }))).toMatchObject({ elements: [element(name)] });
});

it('knows JSON by its first letter', async () => {
  expect(await read(strToU8('\ufeff {"data":{}}'))).toMatchObject({ kind: 'json' });
});

const laughs =
  '<!DOCTYPE HealthData [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><HealthData><Record type="&b;"/></HealthData>';

it.each([
  ['something else', strToU8('user_id,heart_rate'), 'neither export.zip nor export.xml'],
  ['nothing', new Uint8Array(0), 'neither export.zip nor export.xml'],
  ['a zip file of something else', zipSync({ 'a.txt': noise }), 'contains no export.xml'],
  ['a zip file in a zip file', zipSync({ 'export.zip': zipSync({ 'export.xml': plain }) }), 'no export.xml'],
  ['a zip file cut off', zipSync({ 'export.xml': [noise, { level: 0 }] }).subarray(0, 400), 'export'],
  ['a zip bomb', zipSync({ 'export.xml': Buffer.alloc(9e6, ' ') }), 'unpacks to more'],
  ['entities of its own', strToU8(laughs), 'malformed'],
  ['letters that nobody knows', strToU8(records('a', 'EBCDIC-CP-US')), 'save it in UTF-8'],
  ['Latin-1 that calls itself UTF-8', Buffer.from(records('Zoé'), 'latin1'), 'save it in UTF-8'],
])('refuses %s', async (_, bytes, message) => {
  await expect(read(bytes)).rejects.toThrow(message);
});
