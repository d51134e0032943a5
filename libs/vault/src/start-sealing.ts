import { CodedError, type Closeable } from '@bridge/handler';
import { Worker } from 'node:worker_threads';
import { packUnsealed, type Unsealed } from './seal-packed.ts';

/** Seals many values at once, beside the thread that asks. */
export type Sealing = Closeable & {
  /**
   * Each value as `sealWith` seals it, one after another in the given order, each after its length as int32 (big
   * endian). Throws `CodedError('sealing_stopped')` once the thread is gone.
   */
  readonly sealAll: (values: readonly Unsealed[]) => Promise<Buffer>;
};

type Waiting = { readonly resolve: (sealed: Buffer) => void; readonly reject: (reason: Error) => void };

/** Bytes and buffers only: it needs little, and its garbage should not add to the service's memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 };

/** `onLost`: the thread ended by itself, which it never should. */
export function startSealing({ onLost }: { readonly onLost: (reason: Error) => void }): Sealing {
  // A bundle has the thread beside itself, as JavaScript.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs';
  const thread = new Worker(new URL(`./sealing-thread.${extension}`, import.meta.url), { resourceLimits });
  const waiting: Waiting[] = [];
  let ended: CodedError | undefined;
  let closing = false;

  const end = (cause?: unknown) => {
    if (ended !== undefined) return;
    ended = new CodedError('sealing_stopped', 'transient', 'The sealing thread has ended.', { cause });
    for (const { reject } of waiting.splice(0)) reject(ended);
    if (!closing) onLost(ended);
  };
  thread.on('message', (sealed: Uint8Array<ArrayBuffer>) => {
    const { buffer, byteOffset, length } = sealed;
    waiting.shift()?.resolve(Buffer.from(buffer, byteOffset, length));
  });
  thread.on('error', end);
  thread.on('exit', () => {
    end();
  });

  return {
    sealAll(values) {
      if (values.length === 0) return Promise.resolve(Buffer.alloc(0));
      if (ended !== undefined) return Promise.reject(ended);
      const packed = packUnsealed(values);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        thread.postMessage(packed, [packed.buffer]);
      });
    },
    async close() {
      closing = true;
      await thread.terminate();
    },
  };
}
