import { ExportRefused } from '@bridge/apple-export';
import { Zip, ZipDeflate, ZipPassThrough, zipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createReadHealth } from './read-health.ts';
import { createSealedSpool } from './sealed-spool.ts';

const xml = '<HealthData><Record type="a" sourceName="Watch"/></HealthData>';
const noise = Buffer.concat(
  Array.from({ length: 400 }, (_, nr) => createHash('sha256').update(`${nr}`).digest()),
);
/** The signature of an entry, as it may stand in a picture. */
const signature = Buffer.from('504b0304140000000800', 'hex');
const scan = Buffer.concat([noise, signature, noise]);

/** Sizes stand behind the data, as a phone writes them. */
function streamed(files: Readonly<Record<string, Uint8Array>>, stored = false): Buffer {
  const out: Uint8Array[] = [];
  const zip = new Zip((error, data) => {
    if (error as unknown) throw error as Error;
    out.push(data);
  });
  for (const [name, bytes] of Object.entries(files)) {
    const file = stored ? new ZipPassThrough(name) : new ZipDeflate(name);
    zip.add(file);
    file.push(bytes, true);
  }
  zip.end();
  return Buffer.concat(out);
}

async function read(body: Uint8Array, limits: object = {}) {
  const readHealth = createReadHealth({ body: 64e6, unzipped: 64e6, flat: 1e6, ...limits });
  const bytes = Buffer.from(body);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 10_000) }, (_, nr) =>
    bytes.subarray(nr * 10_000, (nr + 1) * 10_000),
  );
  let found = 0;
  try {
    const { items } = await readHealth(Readable.from(chunks), undefined, () => undefined);
    for await (const some of items) found += some.length;
    return { found };
  } catch (error) {
    if (error instanceof ExportRefused) return { found, refused: error.reason };
    throw error;
  }
}

const records = Buffer.from(xml);
const forks = Buffer.from('0005160700000000', 'hex');
it.each([
  ['a phone', streamed({ 'apple/attachments/scan.pdf': scan, 'apple/export.xml': records })],
  ['a phone, not compressed', streamed({ 'apple/scan.pdf': scan, 'apple/export.xml': records }, true)],
  ['macOS', zipSync({ 'a/export.xml': records, '__MACOSX/a/._export.xml': forks })],
  ['macOS, its own files first', zipSync({ '__MACOSX/a/._export.xml': forks, 'a/export.xml': records })],
  ['somebody with other XML first', zipSync({ 'a/notes.xml': Buffer.from('<a/>'), 'a/export.xml': records })],
  ['somebody with broken XML first', zipSync({ 'a/0.xml': noise, 'a/export.xml': records })],
  ['clinics', zipSync({ 'a/export_cda.xml': Buffer.from('<x/>'), 'a/Exportación.xml': records })],
  [
    'somebody with strange names',
    zipSync({ '../../etc/passwd': noise, 'C:\\x': noise, 'a/export.xml': records }),
  ],
])('reads the records in a zip file of %s', async (_, zip) => {
  expect(await read(zip)).toEqual({ found: 1 });
});

it('reads what came of a zip file that was cut off, and refuses the rest', async () => {
  const many = `<HealthData>${'<Record type="a"/>'.repeat(50_000)}</HealthData>`;
  const zip = streamed({ 'export.xml': Buffer.from(many), 'scan.pdf': scan });
  expect(await read(zip.subarray(0, zip.length - 200))).toEqual({ found: 50_000, refused: 'malformed' });
  const { found, refused } = await read(zip.subarray(0, 2_000));
  expect([found > 0, refused]).toEqual([true, 'malformed']);
});

it.each([
  ['a zip file in a zip file', zipSync({ 'export.zip': zipSync({ 'export.xml': records }) }), 'malformed'],
  ['nothing', zipSync({}), 'malformed'],
  ['half an entry', Buffer.from('PK\u0003\u0004'), 'malformed'],
  [
    'records that unpack to far more than they do',
    zipSync({ 'export.xml': Buffer.alloc(9e6, ' ') }),
    'too_large',
  ],
  [
    'other XML that does, and none',
    zipSync({ 'a.xml': Buffer.alloc(9e6, ' '), 'b.xml': noise }),
    'too_large',
  ],
])('refuses a zip file of %s', async (_, zip, refused) => {
  expect(await read(zip)).toEqual({ found: 0, refused });
});

const readXml = (inner: string) => read(Buffer.from(`<HealthData>${inner}</HealthData>`));

it('refuses an element that would not fit into memory, and takes as much in many', async () => {
  const letters = 'x'.repeat(60_000);
  const metadata = `<M ${Array.from({ length: 100 }, (_, nr) => `a${nr}="${letters}"`).join(' ')}/>`;
  expect(await readXml(`<Record>${metadata.repeat(2)}</Record>`)).toEqual({
    found: 0,
    refused: 'element_too_large',
  });
  expect(await readXml(`<Record>${metadata}</Record>`.repeat(2))).toEqual({ found: 2 });
});

it('refuses one whose directory says another size than it has', async () => {
  const zip = Buffer.from(zipSync({ 'export.xml': records }));
  const directory = zip.indexOf(Buffer.from('504b0102', 'hex'));
  zip.writeUInt32LE(7, directory + 24);
  expect(await read(zip)).toMatchObject({ refused: 'malformed' });
});

it('finds the records behind 100,000 files', { timeout: 60_000 }, async () => {
  const files = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, nr) => [`r/${nr}`, new Uint8Array(0)]),
  );
  expect(await read(zipSync({ 'export.xml': records, ...files }, { level: 0 }))).toEqual({ found: 1 });
});

it('seals what it spools, and reads it anywhere', async () => {
  const spool = await createSealedSpool();
  const all = Buffer.concat(Array.from({ length: 20 }, () => noise));
  for (let from = 0; from < all.length; from += 7_001) await spool.write(all.subarray(from, from + 7_001));
  expect(await spool.finish()).toBe(all.length);
  for (const [at, length] of [
    [0, 10],
    [65_530, 20],
    [131_071, 70_000],
    [all.length - 5, 5],
  ] as const)
    expect(await spool.read(at, length)).toEqual(all.subarray(at, at + length));
  expect(await spool.read(all.length - 5, 50)).toEqual(all.subarray(-5));
  await spool.close();
});
