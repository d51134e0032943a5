import { randomFillSync } from 'node:crypto';
import type { RandomBytes } from './trace.ts';

/**
 * Random bytes drawn by the page: one call into the generator costs more than all that a request needs of it. No part is
 * given out twice. For ids only: secrets come from the generator itself.
 */
export function createRandomPool(pageSize = 8_192): RandomBytes {
  let page = Buffer.alloc(0);
  let used = 0;
  return (size) => {
    if (used + size > page.length) {
      // A new page each time, since views of the old one may still be read.
      page = randomFillSync(Buffer.allocUnsafeSlow(Math.max(pageSize, size)));
      used = 0;
    }
    used += size;
    return page.subarray(used - size, used);
  };
}
