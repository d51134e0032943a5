import { createSecretKey } from 'node:crypto';
import type { DataKey } from './data-key.ts';
import { additionalData, sealedBytes, sealInto, type Place } from './seal.ts';

/** A value that is to be sealed. */
export type SealInput = { readonly key: DataKey; readonly plaintext: Buffer | string; readonly place: Place };

// Values on their way to another thread lie one after another in one buffer, which changes hands without being copied.
// Each is: uint32 length of the additional data, uint32 length of the plaintext, key, additional data, plaintext.

const lengthBytes = 8;
const keyBytes = 32;

/** @param room Makes a buffer of that many bytes at least. Returns the part that was written. */
export function packUnsealed(
  values: readonly SealInput[],
  room: (bytes: number) => Buffer<ArrayBuffer>,
): Buffer<ArrayBuffer> {
  const lines = values.map(({ place }) => additionalData(place));
  let size = 0;
  values.forEach(({ plaintext }, nr) => {
    size += lengthBytes + keyBytes + byteLength(lines[nr] ?? '') + byteLength(plaintext);
  });
  const packed = room(size);
  let at = 0;
  values.forEach(({ key, plaintext }, nr) => {
    const head = at;
    at += lengthBytes;
    at += key.copy(packed, at);
    const aadBytes = packed.write(lines[nr] ?? '', at);
    at += aadBytes;
    const textBytes =
      typeof plaintext === 'string' ? packed.write(plaintext, at) : plaintext.copy(packed, at);
    at += textBytes;
    packed.writeUInt32BE(aadBytes, head);
    packed.writeUInt32BE(textBytes, head + 4);
  });
  return packed.subarray(0, at);
}

/**
 * Each value as `sealWith` seals it, after its length as int32: as PostgreSQL wants the elements of an array. `headBytes` are
 * left free before them.
 */
export function sealPacked(packed: Buffer, headBytes: number): Buffer<ArrayBuffer> {
  const values: { readonly key: Buffer; readonly aad: Buffer; readonly plaintext: Buffer }[] = [];
  let size = headBytes;
  for (let at = 0; at < packed.length;) {
    const aad = at + lengthBytes + keyBytes;
    const text = aad + packed.readUInt32BE(at);
    const end = text + packed.readUInt32BE(at + 4);
    values.push({
      key: packed.subarray(at + lengthBytes, aad),
      aad: packed.subarray(aad, text),
      plaintext: packed.subarray(text, end),
    });
    size += 4 + sealedBytes(end - text);
    at = end;
  }
  // Not from Node's pool, whose buffers cannot be transferred.
  const sealed = Buffer.allocUnsafeSlow(size);
  let at = headBytes;
  for (const { key, aad, plaintext } of values) {
    const length = sealInto(sealed, at + 4, { secret: createSecretKey(key), aad, plaintext });
    at = sealed.writeInt32BE(length, at) + length;
  }
  return sealed;
}

function byteLength(value: Buffer | string): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}
