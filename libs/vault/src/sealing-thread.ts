import { parentPort } from 'node:worker_threads';
import { sealPacked } from './seal-packed.ts';

// The other side of `start-sealing.ts`. Requests are answered in their order.
parentPort?.on('message', (packed: Uint8Array<ArrayBuffer>) => {
  const { buffer, byteOffset, length } = packed;
  const sealed = sealPacked(Buffer.from(buffer, byteOffset, length));
  parentPort?.postMessage(sealed, [sealed.buffer]);
});
