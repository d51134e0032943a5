import { parentPort } from 'node:worker_threads';
import { sealPacked } from './seal-packed.ts';
import type { SealingRequest, SealingResponse } from './start-sealing.ts';

// The other side of `start-sealing.ts`. Requests are answered in their order.
parentPort?.on('message', ({ packed, headBytes }: SealingRequest) => {
  const { buffer, byteOffset, length } = packed;
  const sealed = sealPacked(Buffer.from(buffer, byteOffset, length), headBytes);
  const response: SealingResponse = { sealed, packed: buffer };
  parentPort?.postMessage(response, [sealed.buffer, buffer]);
});
