import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { CodedError, type Closeable } from '@bridge/core';
import type { DataKey, KeyList } from '@bridge/vault';
import type { Explanation } from './explanation.ts';

/** Explains decisions beside the thread that asks: deciding a person's events again takes up to seconds. */
export type Explaining = Closeable & {
  /** Empty: nothing was decided under this id. Throws a transient `explaining_stopped` where it takes too long. */
  readonly explain: (id: string) => Promise<readonly Explanation[]>;
};

export type ExplainOptions = {
  readonly postgresUrl: string;
  readonly kek: KeyList;
  readonly indexKey: DataKey;
  /** One explanation may take so long, in milliseconds. Default 20,000. */
  readonly timeoutMs?: number;
  /** The thread ends when nobody has asked for so long, in milliseconds. Default 60,000. */
  readonly idleMs?: number;
};

export type ExplainSettings = {
  readonly postgresUrl: string;
  readonly kek: {
    readonly current: string;
    readonly keys: readonly (readonly [id: string, key: Uint8Array])[];
  };
  readonly indexKey: Uint8Array;
};
export type ExplainRequest = { readonly nr: number; readonly id: string };
export type ExplainResponse =
  | { readonly nr: number; readonly ok: true; readonly explanations: readonly Explanation[] }
  | { readonly nr: number; readonly ok: false; readonly error: unknown; readonly isTransient: boolean };

type PendingRequest = {
  readonly resolve: (explanations: readonly Explanation[]) => void;
  readonly reject: (reason: unknown) => void;
};

const resourceLimits = { maxOldGenerationSizeMb: 256 };
/** More requests at once are refused. */
const mostWaiting = 16;

export function startExplaining(options: ExplainOptions): Explaining {
  const { timeoutMs = 20_000, idleMs = 60_000 } = options;
  let thread: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let count = 0;
  const waiting = new Map<number, PendingRequest>();

  function end(ended: Worker, cause?: unknown): void {
    if (thread !== ended) return;
    thread = undefined;
    for (const { reject } of waiting.values()) reject(stopped(cause));
    waiting.clear();
  }

  function running(): Worker {
    if (thread !== undefined) return thread;
    const started = startThread(settingsOf(options));
    started.on('message', (response: ExplainResponse) => {
      const pending = waiting.get(response.nr);
      waiting.delete(response.nr);
      if (response.ok) pending?.resolve(response.explanations);
      else pending?.reject(response.isTransient ? stopped(response.error) : response.error);
    });
    started.on('error', (error) => end(started, error));
    started.on('exit', () => end(started));
    thread = started;
    return started;
  }

  async function stop(): Promise<void> {
    const ending = thread;
    if (ending === undefined) return;
    end(ending);
    await ending.terminate();
  }

  /** A thread that is busy too long is ended: nothing else stops its computing. */
  async function endAfterTimeout(nr: number, signal: AbortSignal): Promise<void> {
    await sleep(timeoutMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (!signal.aborted && waiting.has(nr)) await stop();
  }

  return {
    async explain(id) {
      if (waiting.size >= mostWaiting) throw stopped();
      clearTimeout(idle);
      const nr = (count += 1);
      const answered = new AbortController();
      try {
        const receiver = running();
        const answer = new Promise<readonly Explanation[]>((resolve, reject) => {
          waiting.set(nr, { resolve, reject });
        });
        receiver.postMessage({ nr, id } satisfies ExplainRequest);
        void endAfterTimeout(nr, answered.signal);
        return await answer;
      } finally {
        answered.abort();
        if (waiting.size === 0) {
          idle = setTimeout(() => void stop(), idleMs);
          idle.unref();
        }
      }
    },
    close: async () => {
      clearTimeout(idle);
      await stop();
    },
  };
}

function settingsOf({ postgresUrl, kek, indexKey }: ExplainOptions): ExplainSettings {
  const keys = [...kek.byId].map(([id, key]) => [id, new Uint8Array(key.export())] as const);
  return { postgresUrl, kek: { current: kek.current, keys }, indexKey: new Uint8Array(indexKey.export()) };
}

function startThread(settings: ExplainSettings): Worker {
  // A bundle has the thread beside itself, as JavaScript; sources are read with the condition that they are read with here.
  const isSource = import.meta.url.endsWith('.ts');
  return new Worker(new URL(`./explain-thread.${isSource ? 'ts' : 'mjs'}`, import.meta.url), {
    workerData: settings,
    resourceLimits,
    ...(isSource && { execArgv: ['--conditions=@bridge/source'] }),
  });
}

function stopped(cause?: unknown): CodedError {
  return new CodedError(
    'explaining_stopped',
    'transient',
    'Decisions cannot be explained now.',
    cause === undefined ? {} : { cause },
  );
}
