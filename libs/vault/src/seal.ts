import { CodedError } from '@bridge/core';
import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from 'node:crypto';
import type { DataKey } from './data-key.ts';

/**
 * Where a sealed value lives. It is authenticated with the value, so that a value that was copied to another table,
 * column, row or person does not open. `table` and `column` never hold a `|`, nor does `subject`; `row` may.
 */
export type Place = {
  /** With schema, e.g. `alerts.episodes`. */
  readonly table: string;
  readonly column: string;
  readonly row: string;
  /** A subject id, or `serviceSubject`. */
  readonly subject: string;
};

const format = 0x01;
const ivLength = 12;
const tagLength = 16;
const overhead = 1 + ivLength + tagLength;

/** `0x01 | iv (12) | ciphertext | tag (16)`, AES-256-GCM. */
export function sealWith(key: DataKey, plaintext: Buffer | string, place: Place): Buffer {
  const aad = Buffer.from(additionalData(place));
  const length = typeof plaintext === 'string' ? Buffer.byteLength(plaintext) : plaintext.length;
  const sealed = Buffer.allocUnsafe(sealedBytes(length));
  sealInto(sealed, 0, { secret: key.secret(), aad, plaintext });
  return sealed;
}

export function sealedBytes(plaintextBytes: number): number {
  return plaintextBytes + overhead;
}

/** Writes the sealed value at an offset, where there must be room for it, and returns its length. */
export function sealInto(
  out: Buffer,
  at: number,
  {
    secret,
    aad,
    plaintext,
  }: { readonly secret: KeyObject; readonly aad: Buffer; readonly plaintext: Buffer | string },
): number {
  const iv = nextIv();
  const cipher = createCipheriv('aes-256-gcm', secret, iv);
  cipher.setAAD(aad);
  const body = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
  // GCM is a stream mode: final() writes nothing, it only makes the tag.
  cipher.final();
  out[at] = format;
  iv.copy(out, at + 1);
  body.copy(out, at + 1 + ivLength);
  cipher.getAuthTag().copy(out, at + 1 + ivLength + body.length);
  return sealedBytes(body.length);
}

/** Throws `CodedError('sealed_value_rejected')` if the value was changed, moved, or sealed with another key. */
export function unsealWith(key: DataKey, sealed: Buffer, place: Place): Buffer {
  if (sealed.length < overhead || sealed[0] !== format) throw rejected(place);
  const decipher = createDecipheriv('aes-256-gcm', key.secret(), sealed.subarray(1, 1 + ivLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(Buffer.from(additionalData(place)));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
  const body = decipher.update(sealed.subarray(1 + ivLength, sealed.length - tagLength));
  try {
    decipher.final();
  } catch (cause) {
    throw rejected(place, cause);
  }
  return body;
}

export function additionalData({ table, column, row, subject }: Place): string {
  return `${table}.${column}|${row}|${subject}`;
}

function rejected({ table, column }: Place, cause?: unknown): CodedError {
  const message = `A sealed value of ${table}.${column} was changed, moved, or sealed with another key.`;
  return new CodedError('sealed_value_rejected', 'permanent', message, { cause });
}

// One call into the random generator costs more than the encryption of a small value, so ivs are drawn by the batch.
const ivs = Buffer.alloc(ivLength * 512);
let used = ivs.length;

function nextIv(): Buffer {
  if (used === ivs.length) {
    randomFillSync(ivs);
    used = 0;
  }
  // A view is enough: it is used up before the next draw.
  const iv = ivs.subarray(used, used + ivLength);
  used += ivLength;
  return iv;
}
