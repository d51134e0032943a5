import { CodedError, type Closeable } from '@bridge/core';
import { Worker } from 'node:worker_threads';
import { packUnsealed, sealPacked, type SealInput } from './seal-packed.ts';

/** Seals many values at once, beside the thread that asks. */
export type Sealing = Closeable & {
  /**
   * Each value as `sealWith` seals it, one after another in the given order, each after its length as int32 (big
   * endian), and `headBytes` free before them. Throws `CodedError('sealing_stopped')` once the thread is gone.
   */
  readonly sealAll: (values: readonly SealInput[], headBytes?: number) => Promise<Buffer>;
};

/** Both buffers are transferred, and back. */
export type SealingRequest = { readonly packed: Uint8Array<ArrayBuffer>; readonly headBytes: number };
export type SealingResponse = { readonly sealed: Uint8Array<ArrayBuffer>; readonly packed: ArrayBuffer };

type PendingRequest = {
  readonly resolve: (sealed: Buffer) => void;
  readonly reject: (reason: Error) => void;
};

/** Bytes and buffers only: it needs little, and its garbage should not add to the service's memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 };

/** So few are sealed sooner than another thread wakes up. */
const inPlace = 100;

/** `onLost`: the thread ended by itself, which it never should. */
export function startSealing({ onLost }: { readonly onLost: (reason: Error) => void }): Sealing {
  // A bundle has the thread beside itself, as JavaScript.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs';
  const thread = new Worker(new URL(`./sealing-thread.${extension}`, import.meta.url), { resourceLimits });
  const waiting: PendingRequest[] = [];
  const spare = keepSpares();
  let ended: CodedError | undefined;
  let closing = false;

  const end = (cause?: unknown) => {
    if (ended !== undefined) return;
    ended = new CodedError('sealing_stopped', 'transient', 'The sealing thread has ended.', { cause });
    for (const { reject } of waiting.splice(0)) reject(ended);
    if (!closing) onLost(ended);
  };
  thread.on('message', ({ sealed, packed }: SealingResponse) => {
    spare.giveBack(packed);
    const { buffer, byteOffset, length } = sealed;
    waiting.shift()?.resolve(Buffer.from(buffer, byteOffset, length));
  });
  thread.on('error', end);
  thread.on('exit', () => {
    end();
  });

  return {
    sealAll(values, headBytes = 0) {
      if (values.length === 0) return Promise.resolve(Buffer.alloc(headBytes));
      if (ended !== undefined) return Promise.reject(ended);
      if (values.length <= inPlace) {
        const packed = packUnsealed(values, (bytes) => Buffer.from(new ArrayBuffer(bytes)));
        return Promise.resolve(sealPacked(packed, headBytes));
      }
      const packed = packUnsealed(values, spare.take);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        const request: SealingRequest = { packed, headBytes };
        thread.postMessage(request, [packed.buffer]);
      });
    },
    async close() {
      closing = true;
      await thread.terminate();
    },
  };
}

/** More than are under way at once are not kept. */
const mostSpares = 4;
/** Sizes differ by a little from batch to batch. */
const step = 256 * 1024;

/** Buffers of a batch's size are used again: new ones, many a second, would wait for a full collection. */
function keepSpares() {
  /** The smallest first. */
  const spares: ArrayBuffer[] = [];
  return {
    take: (bytes: number): Buffer<ArrayBuffer> => {
      const found = spares.findIndex(({ byteLength }) => byteLength >= bytes);
      const [buffer] = found === -1 ? [] : spares.splice(found, 1);
      return Buffer.from(buffer ?? new ArrayBuffer(Math.ceil(bytes / step) * step));
    },
    giveBack(buffer: ArrayBuffer): void {
      spares.push(buffer);
      spares.sort((a, b) => a.byteLength - b.byteLength);
      if (spares.length > mostSpares) spares.shift();
    },
  };
}
