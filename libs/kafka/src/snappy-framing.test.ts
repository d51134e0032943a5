import { compress } from 'snappy';
import { expect, test } from 'vitest';
import { decodeSnappy, xerialHeader } from './snappy-framing.ts';

const text = Buffer.from('a body at rest '.repeat(200));

test('reads the bare block of librdkafka', async () => {
  expect(await decodeSnappy(await compress(text))).toEqual(text);
});

test('reads the blocks of a Java client in their order', async () => {
  const blocks = await Promise.all([text, Buffer.from('then the rest')].map((part) => compress(part)));
  const chunks = blocks.flatMap((block) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return [length, block];
  });
  const read = await decodeSnappy(Buffer.concat([xerialHeader, ...chunks]));
  expect(read.toString()).toBe(`${text.toString()}then the rest`);
});
