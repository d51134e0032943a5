import { parentPort, workerData } from 'node:worker_threads';
import type { EngineModule } from './engine.ts';
import type { Job } from './plan.ts';
import { runJob } from './run-job.ts';
import type { WorkerSetup } from './run-jobs.ts';

// A thread of run-jobs.ts: answers each job with its result.
const { engine, configs, seed } = workerData as WorkerSetup;
const { loadEngine } = (await import(engine)) as EngineModule;
const engines = await Promise.all(configs.map(loadEngine));
parentPort?.on('message', (job: Job) => {
  parentPort?.postMessage(runJob(job, seed, engines));
});
parentPort?.postMessage('ready');
