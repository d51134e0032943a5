import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { CodedError } from '@bridge/core';

/** Name of the header that proves a message is ours: `<key id>:<base64url HMAC-SHA256>`. */
export const signatureHeader = 'bridge-signature';

export type SigningKey = {
  readonly id: string;
  /** At least 32 bytes. */
  readonly key: Uint8Array;
};

export type SignedParts = {
  readonly topic: string;
  readonly key: Buffer | string | null;
  readonly value: Buffer;
};

export type MessageSigner = {
  /** The header's value, made with the current key. About 3 microseconds. */
  sign(parts: SignedParts): string;
  /** Whether the header was made for these parts with one of the keys. Constant time in the signature. */
  verify(parts: SignedParts, header: Buffer | string | undefined): boolean;
};

/** @param keys The first one signs; the others still verify, so that a key can be rotated while messages are under way. */
export function createMessageSigner(keys: readonly SigningKey[]): MessageSigner {
  const [current] = keys;
  if (current === undefined)
    throw new CodedError('signing_key_missing', 'permanent', 'no signing key is configured');
  const secrets = new Map(keys.map(({ id, key }) => [id, createSecretKey(key)]));
  const currentSecret = createSecretKey(current.key);

  return {
    sign: (parts) => `${current.id}:${mac(currentSecret, parts).toString('base64url')}`,
    verify(parts, header) {
      const [, id, given] = /^([^:]{1,64}):([\w-]{43})$/.exec(header?.toString() ?? '') ?? [];
      const secret = id === undefined ? undefined : secrets.get(id);
      if (secret === undefined || given === undefined) return false;
      return timingSafeEqual(mac(secret, parts), Buffer.from(given, 'base64url'));
    },
  };
}

/** Every part goes in behind its length, so that no byte can move from one part to the next; a missing key differs from an empty one. */
function mac(secret: KeyObject, { topic, key, value }: SignedParts): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const keyBytes = key === null ? 0 : Buffer.byteLength(key);
  const head = Buffer.allocUnsafe(12 + topicBytes + keyBytes);
  head.writeUInt32BE(topicBytes, 0);
  head.write(topic, 4);
  head.writeUInt32BE(key === null ? 0xffff_ffff : keyBytes, 4 + topicBytes);
  if (typeof key === 'string') head.write(key, 8 + topicBytes);
  else key?.copy(head, 8 + topicBytes);
  head.writeUInt32BE(value.length, 8 + topicBytes + keyBytes);
  return createHmac('sha256', secret).update(head).update(value).digest();
}
