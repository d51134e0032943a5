import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Job } from './plan.ts';
import type { JobResult } from './run-job.ts';

export type WorkerSetup = {
  /** URL of a module that is an `EngineModule`. */
  readonly engine: string;
  /** Paths of thresholds files. */
  readonly configs: readonly string[];
  readonly seed: number;
};

/** Runs the jobs in so many threads; results in the order of the jobs, whatever thread was faster. */
export async function runJobs(
  jobs: readonly Job[],
  setup: WorkerSetup,
  threads: number,
  onProgress: (done: number) => void,
): Promise<JobResult[]> {
  const results = new Array<JobResult>(jobs.length);
  const queue = jobs.entries();
  let done = 0;
  const work = async () => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: setup,
      execArgv: ['--conditions=@bridge/source'],
    });
    try {
      await once(worker, 'message');
      for (const [at, job] of queue) {
        worker.postMessage(job);
        // `once` rejects when the thread ends by an error.
        const [result] = (await once(worker, 'message')) as [JobResult];
        results[at] = result;
        onProgress(++done);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return results;
}
