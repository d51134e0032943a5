import { servicePrograms } from '../../local/services.ts';
import { supervise, type SupervisedProgram } from '../../local/supervise.ts';
import type { Stack } from '../../local/start-stack.ts';
import type { Secrets } from '../../local/secrets.ts';
import { freePort } from './free-port.ts';

export type Worker = SupervisedProgram & { readonly url: string; readonly env: NodeJS.ProcessEnv };

/** Prepares several cognition processes for one stack. Each is started again when it is killed, and none runs before `start`. */
export function prepareWorkers(
  stack: Stack,
  count: number,
  print: (line: string) => void,
): Promise<Worker[]> {
  return prepareReplicas(stack, { app: 'cognition', count, env: {} }, print);
}

type Replicas = { readonly app: string; readonly count: number; readonly env: NodeJS.ProcessEnv };

/** Prepares several processes of one service. */
export async function prepareReplicas(
  stack: Stack,
  { app, count, env: own }: Replicas,
  print: (line: string) => void,
): Promise<Worker[]> {
  const secrets = stack.env as Secrets;
  const programs = servicePrograms({
    ...stack.paths,
    ports: stack.ports,
    secrets,
    urls: stack.urls,
    env: process.env,
  });
  const program = programs.find(({ name }) => name === app);
  if (!program) throw new Error(`the stack has no program "${app}"`);
  const workers: Worker[] = [];
  for (let nr = 1; nr <= count; nr += 1) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = { ...program.env, PORT: String(port), LOG_LEVEL: 'info', ...own };
    const isReady = async () => (await fetch(`${url}/ready`)).ok;
    const named = {
      ...program,
      name: `${app}-${nr}`,
      cwd: stack.paths.root,
      env,
      isReady,
      // A worker may start while a server is down, and faults may follow each other while it joins.
      retries: 20,
      readyWithinMs: 180_000,
    };
    const worker = supervise(named, { run: stack.paths.run, logs: stack.paths.logs, report: print });
    workers.push({ ...worker, url, env });
  }
  return workers;
}

export async function startWorkers(
  stack: Stack,
  count: number,
  print: (line: string) => void,
): Promise<Worker[]> {
  const workers = await prepareWorkers(stack, count, print);
  await Promise.all(workers.map((worker) => worker.start()));
  return workers;
}
