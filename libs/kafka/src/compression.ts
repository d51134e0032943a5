import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress as compressBlock } from 'snappy';
import { decodeSnappy, xerialHeader } from './snappy-framing.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** kafkajs hands over the encoder of a whole record batch. */
type Encoder = { readonly buffer: Buffer };

const snappy = {
  compress: async ({ buffer }: Encoder) => {
    const block = await compressBlock(buffer);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return Buffer.concat([xerialHeader, length, block]);
  },
  decompress: decodeSnappy,
};

const lz4 = {
  compress: ({ buffer }: Encoder) => compressFrame(buffer),
  decompress: (buffer: Buffer) => decompressFrame(buffer),
};

const zstd = {
  compress: ({ buffer }: Encoder) => promisify(zstdCompress)(buffer),
  decompress: (buffer: Buffer) => promisify(zstdDecompress)(buffer),
};

/**
 * Registers snappy, LZ4 and zstd beside kafkajs's own gzip. Without them one partner's batch stops a consumer for good.
 * kafkajs keeps codecs per process; registering again changes nothing.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
}
