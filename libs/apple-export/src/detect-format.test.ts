import { expect, it } from 'vitest';
import { detectFormat } from './detect-format.ts';

async function* inChunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

it.each([
  ['a zip file', Buffer.from('PK\u0003\u0004'), 'zip'],
  ['XML', Buffer.from('<HealthData/>'), 'xml'],
  ['XML behind a mark and white space', Buffer.from('\ufeff\r\n <HealthData/>'), 'xml'],
  ['XML in UTF-16', Buffer.from('\ufeff<HealthData/>', 'utf16le'), 'xml'],
  ['XML in UTF-16, the other way round', Buffer.from('\ufeff<HealthData/>', 'utf16le').swap16(), 'xml'],
  ['JSON', Buffer.from(' {"data":{}}'), 'json'],
  ['a list', Buffer.from('[]'), 'other'],
  ['one letter', Buffer.from('P'), 'other'],
  ['nothing', Buffer.alloc(0), 'other'],
  ['white space without end', Buffer.alloc(100_000, ' '), 'other'],
])('recognizes %s, and gives all of it', async (_, bytes, expected) => {
  for (const size of [1, 3, 100_000]) {
    const { format, chunks } = await detectFormat(inChunks(bytes, size));
    expect(format).toBe(expected);
    const all: Buffer[] = [];
    for await (const chunk of chunks) all.push(chunk);
    expect(Buffer.concat(all)).toEqual(bytes);
  }
});

it('lets go of its source', async () => {
  let isOpen = true;
  async function* source() {
    try {
      for (;;) yield await Promise.resolve(Buffer.from('<a/>'));
    } finally {
      isOpen = false;
    }
  }
  const { chunks } = await detectFormat(source());
  for await (const chunk of chunks) if (chunk.length > 0) break;
  expect(isOpen).toBe(false);
});
