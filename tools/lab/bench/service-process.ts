import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../proof/free-port.ts';
import { servicePrograms } from '../../local/services.ts';
import type { Stack } from '../../local/start-stack.ts';
import { supervise, type Program } from '../../local/supervise.ts';
import type { Secrets } from '../../local/secrets.ts';
import type { BenchContext } from './bench.ts';

type Surroundings = Pick<BenchContext, 'stack' | 'print'>;

export type Running = {
  readonly pid: number;
  readonly stop: () => Promise<void>;
};

export type RunningService = Running & {
  readonly url: string;
  /** From the start of the process to the first 200 of `/ready`, in milliseconds. */
  readonly readyMs: number;
};

/** Shorter than the supervisor's interval, since this time is measured. */
const askEveryMs = 10;

/** Starts one service of the stack on a port of its own and waits until it is ready. */
export async function startService(
  surroundings: Surroundings,
  app: string,
  /** Options for Node itself, such as `--cpu-prof`. */
  nodeOptions: readonly string[] = [],
  /** `name` tells several of one service apart. */
  { name = app, env = {} }: { readonly name?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<RunningService> {
  const program = serviceProgram(surroundings.stack, app);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const running = await start(surroundings, {
    ...program,
    name: `bench-${name}`,
    args: [...nodeOptions, ...program.args],
    env: { ...program.env, PORT: String(port), LOG_LEVEL: 'info', ...env },
    isReady: () => Promise.resolve(true),
  });
  const until = Date.now() + 60_000;
  while (!(await isReady(url))) {
    if (Date.now() > until) throw new Error(`${app} was not ready within 60 s; see ${program.name}.log`);
    await sleep(askEveryMs);
  }
  return { ...running, url, readyMs: performance.now() - started };
}

/** Returns the options of a service under load that writes profiles. */
export function profiling({ profiles }: Pick<BenchContext, 'profiles'>): string[] {
  return profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
}

/** Returns the command and environment with which the stack would start this service. */
export function serviceProgram(stack: Stack, app: string): Program {
  const secrets = stack.env as Secrets;
  const { ports, urls } = stack;
  const programs = servicePrograms({ ...stack.paths, ports, secrets, urls, env: process.env });
  const program = programs.find(({ name }) => name === app);
  if (!program) throw new Error(`the stack has no program "${app}"`);
  return program;
}

/** Starts a program under the stack's supervision, so that it cannot outlive the stack. */
export async function start({ stack, print }: Surroundings, program: Program): Promise<Running> {
  const supervised = supervise(program, { ...stack.paths, report: print });
  await supervised.start();
  const pid = supervised.pid();
  if (pid === undefined) throw new Error(`${program.name} ended at once; see ${stack.paths.logs}`);
  return { pid, stop: () => supervised.stop() };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`)).ok;
  } catch {
    return false; // not listening yet
  }
}
