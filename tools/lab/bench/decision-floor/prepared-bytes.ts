import { randomFillSync } from 'node:crypto';

export type PreparedBytes = ReturnType<typeof createPreparedBytes>;

/** Bytes that look like ciphertext and like ids, made once: handing them out costs nothing. */
export function createPreparedBytes(size = 8 * 1024 * 1024) {
  const pool = randomFillSync(Buffer.alloc(size));
  let at = 0;
  return {
    /** A stretch that others may get too. */
    some: (length: number): Buffer => {
      if (at + length > size) at = 0;
      at += length;
      return pool.subarray(at - length, at);
    },
    /** Never the same twice: the key of an event. */
    unique: (count: number): Buffer[] => {
      const fresh = randomFillSync(Buffer.allocUnsafe(16 * count));
      return Array.from({ length: count }, (_, nr) => fresh.subarray(16 * nr, 16 * (nr + 1)));
    },
  };
}
