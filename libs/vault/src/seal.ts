import { CodedError } from '@bridge/handler';
import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from 'node:crypto';

/** A 32 byte secret. Node prepares a KeyObject once and a Buffer on every use, which costs three times the sealing. */
export type DataKey = KeyObject;

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
  const iv = nextIv();
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(additionalData(place));
  const body = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
  // GCM is a stream mode: final() writes nothing, it only makes the tag.
  cipher.final();
  const sealed = Buffer.allocUnsafe(body.length + overhead);
  sealed[0] = format;
  iv.copy(sealed, 1);
  body.copy(sealed, 1 + ivLength);
  cipher.getAuthTag().copy(sealed, sealed.length - tagLength);
  return sealed;
}

/** Throws `CodedError('sealed_value_rejected')` if the value was changed, moved, or sealed with another key. */
export function openWith(key: DataKey, sealed: Buffer, place: Place): Buffer {
  if (sealed.length < overhead || sealed[0] !== format) throw rejected(place);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + ivLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(additionalData(place));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
  const body = decipher.update(sealed.subarray(1 + ivLength, sealed.length - tagLength));
  try {
    decipher.final();
  } catch (cause) {
    throw rejected(place, cause);
  }
  return body;
}

function additionalData({ table, column, row, subject }: Place): Buffer {
  return Buffer.from(`${table}.${column}|${row}|${subject}`, 'utf8');
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
