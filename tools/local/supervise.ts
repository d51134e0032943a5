import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { forgetProcess, recordProcess } from './process-records.ts';
import { type RunAs, lastLines } from './run-command.ts';
import { waitUntil } from './wait-until.ts';

/** A long-running process of the stack. */
export type Program = {
  /** The name of the program, of its log and of its pid record. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly user?: RunAs | undefined;
  /** The signal that asks it to stop. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds until a program that does not stop gets SIGKILL. Default 30,000. */
  readonly stopWithinMs?: number;
  /** Milliseconds in which the program must become ready. Default 60,000. */
  readonly readyWithinMs?: number;
  /** How often a program that ends before it is ready is started again at once. Default 0. */
  readonly retries?: number;
  readonly isReady: () => Promise<boolean>;
};

export type ProgramState = 'running' | 'stopped' | 'restarting';

/** A program that is started again when it ends by itself, but not after it was stopped. */
export type SupervisedProgram = {
  readonly name: string;
  readonly pid: () => number | undefined;
  readonly state: () => ProgramState;
  /** Starts the program and waits until it is ready. */
  readonly start: (signal?: AbortSignal) => Promise<void>;
  /** Stops the program until the next `start`, by default with its own stop signal. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
};

type Surroundings = {
  readonly run: string;
  readonly logs: string;
  /** Called when a program ends by itself. */
  readonly report: (line: string) => void;
};

const steadyAfterMs = 30_000;
const keptLogBytes = 10 * 1024 * 1024;

/** Returns the milliseconds until a program that ended by itself is started again, doubling from 0.5 s to 30 s. */
export function restartDelay(failures: number): number {
  return Math.min(30_000, 500 * 2 ** Math.max(0, failures - 1));
}

/** Prepares the supervision of one program, which does not run before `start`. */
export function supervise(program: Program, { run, logs, report }: Surroundings): SupervisedProgram {
  const log = join(logs, `${program.name}.log`);
  const stopSignal = program.stopSignal ?? 'SIGTERM';
  let child: ChildProcess | undefined;
  let wanted = false;
  let failures = 0;
  let restart: NodeJS.Timeout | undefined;

  /** Resolves with how the process ended. */
  async function launch(): Promise<string> {
    const startedAt = Date.now();
    const spawned = spawnInto(log, program);
    child = spawned;
    if (spawned.pid !== undefined) recordProcess(run, program.name, spawned.pid, stopSignal);
    const how = await endOf(spawned);
    child = undefined;
    forgetProcess(run, program.name);
    if (Date.now() - startedAt > steadyAfterMs) failures = 0;
    return how;
  }

  function relaunch(how: string): void {
    if (!wanted) return;
    failures += 1;
    const delay = restartDelay(failures);
    report(`${program.name} ${how}; started again in ${delay / 1000} s (log: ${log})`);
    restart = setTimeout(() => void launch().then(relaunch), delay);
  }

  async function start(signal?: AbortSignal): Promise<void> {
    wanted = true;
    clearTimeout(restart);
    for (let attempt = 0; ; attempt += 1) {
      const ending = child ? new Promise<string>(() => undefined) : launch();
      const early = await Promise.race([ending, becomeReady(signal).then(() => undefined)]);
      if (early === undefined) {
        void ending.then(relaunch);
        return;
      }
      if (attempt >= (program.retries ?? 0) || signal?.aborted) {
        wanted = false;
        throw new Error(`${program.name} ${early}. The end of ${log}:\n${lastLines(tail(log), 12)}`);
      }
      await sleep(500);
    }
  }

  async function becomeReady(signal?: AbortSignal): Promise<void> {
    const withinMs = program.readyWithinMs ?? 60_000;
    const alive = async () => child !== undefined && (await program.isReady());
    await waitUntil(`${program.name} (log: ${log})`, alive, {
      withinMs,
      everyMs: 150,
      ...(signal ? { signal } : {}),
    });
  }

  async function stop(signal: NodeJS.Signals = stopSignal): Promise<void> {
    wanted = false;
    clearTimeout(restart);
    const running = child;
    if (!running) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    const patience = setTimeout(() => running.kill('SIGKILL'), program.stopWithinMs ?? 30_000);
    await gone;
    clearTimeout(patience);
  }

  return {
    name: program.name,
    pid: () => child?.pid,
    state: () => (child ? 'running' : wanted ? 'restarting' : 'stopped'),
    start,
    stop,
  };
}

function endOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.once('exit', (code, signal) =>
    resolve(signal ? `ended by ${signal}` : `ended with code ${code ?? 0}`),
  );
  child.once('error', (error) => resolve(`cannot be started: ${error.message}`));
  return promise;
}

/**
 * Starts the process in its own session, so that Ctrl-C in the terminal reaches only the supervisor, which keeps the
 * order of the stop. Output goes directly to the file and survives the end of the supervisor.
 */
function spawnInto(log: string, { command, args, cwd, env, user }: Program): ChildProcess {
  keepLogShort(log);
  const file = openSync(log, 'a', 0o600);
  try {
    return spawn(command, args, {
      ...user,
      detached: true,
      stdio: ['ignore', file, file],
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
    });
  } finally {
    closeSync(file);
  }
}

function keepLogShort(log: string): void {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > keptLogBytes) renameSync(log, `${log}.1`);
}

function tail(log: string): string {
  return readFileSync(log).subarray(-4096).toString('utf8');
}
