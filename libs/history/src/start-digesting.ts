import { Worker } from 'node:worker_threads';
import { CodedError, type Closeable } from '@bridge/core';
import type { LiveSubject } from '@bridge/vault';
import { runDigest, type DigestResult, type DigestTask } from './digest-task.ts';
import { packEvents, unsealEvents, type SealedEvent } from './sealed-events.ts';

/** Unseals a person's events and makes something small of them. */
export type Digesting = Closeable & {
  /** Throws a transient `digesting_stopped` once the thread is gone, and what unsealing throws. */
  readonly digest: <Task extends DigestTask>(
    person: LiveSubject,
    rows: readonly SealedEvent[],
    task: Task,
  ) => Promise<DigestResult[Task['kind']]>;
};

export type DigestRequest = {
  readonly packed: Uint8Array<ArrayBuffer>;
  /** The person's key, as a copy that the thread overwrites. */
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly subjectId: string;
  readonly task: DigestTask;
};
export type DigestResponse =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: unknown };

type PendingRequest = {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
};

const resourceLimits = { maxOldGenerationSizeMb: 256 };

/** @param inPlace So many events are unsealed without the thread, which starts when it is first needed. */
export function startDigesting({ inPlace = 5_000 }: { readonly inPlace?: number } = {}): Digesting {
  let thread: Worker | undefined;
  const waiting: PendingRequest[] = [];

  function end(cause?: unknown): void {
    thread = undefined;
    const reason = new CodedError('digesting_stopped', 'transient', 'The digesting thread has ended.', {
      cause,
    });
    for (const { reject } of waiting.splice(0)) reject(reason);
  }

  /** After an end, such as for want of memory, the next request starts another one. */
  function running(): Worker {
    if (thread !== undefined) return thread;
    const started = startThread();
    started.on('message', (response: DigestResponse) => {
      const next = waiting.shift();
      if (response.ok) next?.resolve(response.result);
      else next?.reject(response.error);
    });
    const endOnce = (cause?: unknown) => {
      if (thread === started) end(cause);
    };
    started.on('error', endOnce);
    started.on('exit', () => endOnce());
    thread = started;
    return started;
  }

  return {
    digest: (person, rows, task) => {
      const { key, subjectId } = person;
      if (rows.length <= inPlace) {
        return Promise.resolve(runDigest(unsealEvents(rows, key, subjectId), task));
      }
      const packed = packEvents(rows);
      const secret = new Uint8Array(key.export());
      return new Promise((resolve, reject) => {
        const receiver = running();
        waiting.push({ resolve: resolve as PendingRequest['resolve'], reject });
        const request: DigestRequest = { packed, secret, subjectId, task };
        receiver.postMessage(request, [packed.buffer, secret.buffer]);
      });
    },
    close: async () => {
      await thread?.terminate();
    },
  };
}

function startThread(): Worker {
  // A bundle has the thread beside itself, as JavaScript; sources are read with the condition that they are read with here.
  const isSource = import.meta.url.endsWith('.ts');
  return new Worker(new URL(`./digest-thread.${isSource ? 'ts' : 'mjs'}`, import.meta.url), {
    resourceLimits,
    ...(isSource && { execArgv: ['--conditions=@bridge/source'] }),
  });
}
