import { parentPort } from 'node:worker_threads';
import { DataKey } from '@bridge/vault';
import { runDigest } from './digest-task.ts';
import { unpackEvents, unsealEvents } from './sealed-events.ts';
import type { DigestRequest, DigestResponse } from './start-digesting.ts';

// The other side of `start-digesting.ts`. Requests are answered in their order.
parentPort?.on('message', ({ packed, secret, subjectId, task }: DigestRequest) => {
  parentPort?.postMessage(answer());

  function answer(): DigestResponse {
    const key = new DataKey(secret);
    secret.fill(0);
    try {
      const rows = unpackEvents(Buffer.from(packed.buffer, packed.byteOffset, packed.length));
      return { ok: true, result: runDigest(unsealEvents(rows, key, subjectId), task) };
    } catch (error) {
      return { ok: false, error };
    }
  }
});
