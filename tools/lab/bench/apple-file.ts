import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

/** A file as a phone packs it: one entry, whose sizes stand behind its data and, in 64 bits, in the directory. */
export type AppleFile = {
  /** Bytes of the XML in it. */
  readonly bytes: number;
  readonly records: number;
};

/** Heart rates of a watch during exercise. */
const everySeconds = 8;
/** Records at a time. */
const together = 200;
const device =
  '&lt;&lt;HKDevice: 0x301d6e4e0&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1&gt;';
/** Many, so that 5 GB of records fit into one upload. */
const metadata = Array.from(
  { length: 12 },
  (_, nr) =>
    `  <MetadataEntry key="HKMetadataKeySyncIdentifier${nr}" value="com.apple.health.9B1B5F4D-7F5A-4B5E-8D4B"/>\n`,
).join('');
const name = Buffer.from('apple_health_export/export.xml');

/** Writes `export.zip` with so many bytes of XML, packed while it is generated. `untilMs`: the newest record. */
export async function writeAppleFile(path: string, bytes: number, untilMs: number): Promise<AppleFile> {
  const file = createWriteStream(path);
  const deflate = createDeflateRaw({ level: 9 });
  const packed = { bytes: 0 };
  file.write(localHeader());
  deflate.on('data', (chunk: Buffer) => {
    packed.bytes += chunk.length;
    if (!file.write(chunk)) {
      deflate.pause();
      file.once('drain', () => deflate.resume());
    }
  });
  const { records, size, crc } = await pack(deflate, bytes, untilMs);
  deflate.end();
  await finished(deflate);
  const directoryAt = localHeader().length + packed.bytes + descriptorBytes;
  const directory = directoryOf({ crc, size, packed: packed.bytes });
  await end(file, [
    descriptorOf({ crc, size, packed: packed.bytes }),
    directory,
    endOf(directory.length, directoryAt),
  ]);
  return { bytes: size, records };
}

async function pack(deflate: ReturnType<typeof createDeflateRaw>, bytes: number, untilMs: number) {
  let [records, size, crc] = [0, 0, 0];
  const write = async (text: string) => {
    const chunk = Buffer.from(text);
    size += chunk.length;
    crc = crc32(chunk, crc);
    if (!deflate.write(chunk)) await once(deflate, 'drain');
  };
  const count = Math.ceil(bytes / recordAt(untilMs, 0).length);
  await write('<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_CH">\n');
  while (records < count) {
    const some = Math.min(together, count - records);
    let text = '';
    for (let nr = records; nr < records + some; nr += 1)
      text += recordAt(untilMs - (count - nr) * everySeconds * 1_000, nr);
    await write(text);
    records += some;
  }
  await write('</HealthData>\n');
  return { records, size, crc };
}

function recordAt(ms: number, nr: number): string {
  const time = new Date(ms).toISOString();
  const date = `${time.slice(0, 10)} ${time.slice(11, 19)} +0000`;
  return ` <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Ada's Apple Watch" sourceVersion="9.1" device="${device}" unit="count/min" creationDate="${date}" startDate="${date}" endDate="${date}" value="${60 + (nr % 90)}">\n${metadata} </Record>\n`;
}

type Sizes = { readonly crc: number; readonly size: number; readonly packed: number };

const inDescriptor = 0x0008;
const deflated = 8;
const large = 0xffffffff;
const descriptorBytes = 24;

function localHeader(): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(45, 4);
  header.writeUInt16LE(inDescriptor, 6);
  header.writeUInt16LE(deflated, 8);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function descriptorOf({ crc, size, packed }: Sizes): Buffer {
  const descriptor = Buffer.alloc(descriptorBytes);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(crc, 4);
  descriptor.writeBigUInt64LE(BigInt(packed), 8);
  descriptor.writeBigUInt64LE(BigInt(size), 16);
  return descriptor;
}

function directoryOf({ crc, size, packed }: Sizes): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(45, 4);
  entry.writeUInt16LE(45, 6);
  entry.writeUInt16LE(inDescriptor, 8);
  entry.writeUInt16LE(deflated, 10);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(large, 20);
  entry.writeUInt32LE(large, 24);
  entry.writeUInt16LE(name.length, 28);
  const sizes = Buffer.alloc(20);
  entry.writeUInt16LE(sizes.length, 30);
  sizes.writeUInt16LE(0x0001, 0);
  sizes.writeUInt16LE(16, 2);
  sizes.writeBigUInt64LE(BigInt(size), 4);
  sizes.writeBigUInt64LE(BigInt(packed), 12);
  return Buffer.concat([entry, name, sizes]);
}

function endOf(length: number, at: number): Buffer {
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  last.writeUInt16LE(1, 8);
  last.writeUInt16LE(1, 10);
  last.writeUInt32LE(length, 12);
  last.writeUInt32LE(at, 16);
  return last;
}

async function end(file: WriteStream, last: readonly Buffer[]): Promise<void> {
  file.end(Buffer.concat(last));
  await finished(file);
}
