import { uncompress } from 'snappy';

/** Magic, then version 1 and lowest compatible version 1: Java clients write them before their snappy blocks. */
export const xerialHeader = Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex');
const magic = xerialHeader.subarray(0, 8);

/**
 * Java clients write blocks of at most 32 KiB, each behind its length, after a header; librdkafka writes one bare block.
 * @throws when the bytes are neither; a broker checks batches on arrival, so this means a damaged log.
 */
export async function decodeSnappy(bytes: Buffer): Promise<Buffer> {
  if (!bytes.subarray(0, magic.length).equals(magic)) return decodeBlock(bytes);
  const blocks: Buffer[] = [];
  let at = xerialHeader.length;
  while (at < bytes.length) {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    blocks.push(await decodeBlock(bytes.subarray(start, at)));
  }
  return Buffer.concat(blocks);
}

async function decodeBlock(block: Buffer): Promise<Buffer> {
  return (await uncompress(block, { asBuffer: true })) as Buffer;
}
