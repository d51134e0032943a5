import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const blockBytes = 64 * 1024;
const tagBytes = 16;
const sealedBytes = blockBytes + tagBytes;

/** Bytes on disk that can be read anywhere; only this process has their key, and no file of that name is left behind. */
export type SealedSpool = {
  readonly write: (chunk: Buffer) => Promise<void>;
  /** No more is written; returns the number of bytes. */
  readonly finish: () => Promise<number>;
  /** As many of them as there are. */
  readonly read: (position: number, length: number) => Promise<Buffer>;
  readonly chunks: () => AsyncGenerator<Buffer>;
  readonly close: () => Promise<void>;
};

export async function createSealedSpool(): Promise<SealedSpool> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-upload-'));
  const file = await open(join(folder, 'spool'), 'wx+', 0o600);
  // An open file stays until it is closed, whatever becomes of this process.
  await rm(folder, { recursive: true });
  const key = randomBytes(32);
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let blocks = 0;
  let size = 0;
  let last: { readonly nr: number; readonly bytes: Buffer } | undefined;

  async function writeBlock(bytes: Buffer): Promise<void> {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(blocks));
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    await file.write(sealed, 0, sealed.length, blocks * sealedBytes);
    blocks += 1;
  }

  async function readBlock(nr: number): Promise<Buffer> {
    if (last?.nr === nr) return last.bytes;
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(sealedBytes),
      0,
      sealedBytes,
      nr * sealedBytes,
    );
    const end = bytesRead - tagBytes;
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(nr));
    decipher.setAuthTag(buffer.subarray(end, bytesRead));
    const bytes = Buffer.concat([decipher.update(buffer.subarray(0, end)), decipher.final()]);
    last = { nr, bytes };
    return bytes;
  }

  async function read(position: number, length: number): Promise<Buffer> {
    const until = Math.min(size, position + length);
    const found: Buffer[] = [];
    for (let at = position; at < until;) {
      const nr = Math.floor(at / blockBytes);
      const block = await readBlock(nr);
      const part = block.subarray(at - nr * blockBytes, until - nr * blockBytes);
      found.push(part);
      at += part.length;
    }
    return found.length === 1 && found[0] !== undefined ? found[0] : Buffer.concat(found);
  }

  return {
    async write(chunk) {
      pending.push(chunk);
      pendingBytes += chunk.length;
      size += chunk.length;
      if (pendingBytes < blockBytes) return;
      const all = Buffer.concat(pending);
      const whole = all.length - (all.length % blockBytes);
      for (let from = 0; from < whole; from += blockBytes)
        await writeBlock(all.subarray(from, from + blockBytes));
      pending = [all.subarray(whole)];
      pendingBytes = all.length - whole;
    },
    async finish() {
      if (pendingBytes > 0) await writeBlock(Buffer.concat(pending));
      pending = [];
      pendingBytes = 0;
      return size;
    },
    read,
    async *chunks() {
      for (let nr = 0; nr < blocks; nr += 1) yield await readBlock(nr);
    },
    close: () => file.close(),
  };
}

/** Each key seals one file, so the number of a block never comes twice. */
function nonceOf(block: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(block, 8);
  return nonce;
}
