import { createHmac } from 'node:crypto';
import type { LiveSubject } from '@bridge/vault';

/**
 * HMAC-SHA256 under the person's own key: a plain hash of a score and a date could be guessed by trying all of them, and the
 * hashes of an erased person mean nothing any more.
 */
export function keyedHash({ key }: LiveSubject, what: string, bytes: string | Buffer): Buffer {
  return createHmac('sha256', key.secret()).update(`${what}\n`).update(bytes).digest();
}

/** The row of `ingest.objects` of one object, 16 bytes. */
export function objectKey(person: LiveSubject, source: string, objectId: string): Buffer {
  return keyedHash(person, 'object', `${source}\n${objectId}`).subarray(0, 16);
}
