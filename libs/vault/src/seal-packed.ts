import { createSecretKey } from 'node:crypto';
import { additionalData, sealedBytes, sealInto, type DataKey, type Place } from './seal.ts';

/** A value that is to be sealed. */
export type Unsealed = { readonly key: DataKey; readonly plaintext: Buffer | string; readonly place: Place };

// Values on their way to another thread lie one after another in one buffer, which changes hands without being copied.
// Each is: uint32 length of the additional data, uint32 length of the plaintext, key, additional data, plaintext.

const headBytes = 8;
const keyBytes = 32;

export function packUnsealed(values: readonly Unsealed[]): Buffer<ArrayBuffer> {
  const lines = values.map(({ place }) => additionalData(place));
  let size = 0;
  values.forEach(({ plaintext }, nr) => {
    size += headBytes + keyBytes + byteLength(lines[nr] ?? '') + byteLength(plaintext);
  });
  // One of its own: what Node takes from its pool cannot be given away.
  const packed = Buffer.allocUnsafeSlow(size);
  let at = 0;
  values.forEach(({ key, plaintext }, nr) => {
    const head = at;
    at += headBytes;
    at += key.export().copy(packed, at);
    const aadBytes = packed.write(lines[nr] ?? '', at);
    at += aadBytes;
    const textBytes =
      typeof plaintext === 'string' ? packed.write(plaintext, at) : plaintext.copy(packed, at);
    at += textBytes;
    packed.writeUInt32BE(aadBytes, head);
    packed.writeUInt32BE(textBytes, head + 4);
  });
  return packed;
}

/** Each value as `sealWith` seals it, after its length as int32: as PostgreSQL wants the elements of an array. */
export function sealPacked(packed: Buffer): Buffer<ArrayBuffer> {
  const values: { readonly key: Buffer; readonly aad: Buffer; readonly plaintext: Buffer }[] = [];
  let size = 0;
  for (let at = 0; at < packed.length;) {
    const aad = at + headBytes + keyBytes;
    const text = aad + packed.readUInt32BE(at);
    const end = text + packed.readUInt32BE(at + 4);
    values.push({
      key: packed.subarray(at + headBytes, aad),
      aad: packed.subarray(aad, text),
      plaintext: packed.subarray(text, end),
    });
    size += 4 + sealedBytes(end - text);
    at = end;
  }
  const sealed = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const { key, aad, plaintext } of values) {
    const length = sealInto(sealed, at + 4, { key: createSecretKey(key), aad, plaintext });
    at = sealed.writeInt32BE(length, at) + length;
  }
  return sealed;
}

function byteLength(value: Buffer | string): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}
