import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

/**
 * A 32 byte secret that no log and no JSON shows. Not a KeyObject: one is kept for each person seen lately, and of Node's
 * each takes 0.6 KB outside the heap, four times this.
 */
export class DataKey {
  readonly #bytes: Buffer;

  /** @param bytes Copied. */
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  static random(): DataKey {
    return new DataKey(randomBytes(32));
  }

  /** For one use by `node:crypto`, which would take three times as long for bytes. */
  secret(): KeyObject {
    return createSecretKey(this.#bytes);
  }

  /** A copy of the bytes. */
  export(): Buffer {
    return Buffer.from(this.#bytes);
  }

  /** Writes the bytes at an offset and returns how many they are. */
  copy(out: Buffer, at: number): number {
    return this.#bytes.copy(out, at);
  }
}
