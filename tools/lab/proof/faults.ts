import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '@bridge/postgres';
import type { Stack } from '../../local/start-stack.ts';
import type { Worker } from './workers.ts';

export type Fault = {
  readonly name: string;
  /** The programs that the fault may hit. */
  readonly targets: readonly string[];
  /** The shortest time between two faults of this kind, in milliseconds. */
  readonly apartMs?: number;
  /** When recovery begins: at the start of the fault, or at its end, when the server is back. */
  readonly recoversFrom: 'start' | 'end';
  /** Resolves when the fault is over and its target may be hit again. */
  readonly inject: (target: string) => Promise<void>;
};

export type FaultCounts = Record<string, number>;

/** Longer than the group's session timeout, so that other workers take over. */
const stoppedMs = 12_000;

/** Sends SIGKILL. The worker's supervisor starts it again. */
export function workerKilled(workers: readonly Worker[]): Fault {
  return {
    name: 'worker killed',
    targets: workers.map(({ name }) => name),
    apartMs: 20_000,
    recoversFrom: 'start',
    inject: async (target) => {
      const worker = named(workers, target);
      const killed = worker.pid();
      if (killed !== undefined) process.kill(killed, 'SIGKILL');
      while (worker.pid() === undefined || worker.pid() === killed) await sleep(100);
    },
  };
}

/** Sends SIGSTOP for longer than the group waits, then SIGCONT. The worker returns as a zombie. */
export function workerStopped(workers: readonly Worker[]): Fault {
  return {
    name: 'worker stopped and continued',
    targets: workers.map(({ name }) => name),
    recoversFrom: 'start',
    inject: async (target) => {
      const worker = named(workers, target);
      const stopped = worker.pid();
      if (stopped !== undefined) process.kill(stopped, 'SIGSTOP');
      await sleep(stoppedMs);
      if (stopped !== undefined && worker.pid() === stopped) process.kill(stopped, 'SIGCONT');
    },
  };
}

/** Starts one more worker and stops it with SIGTERM, which causes two rebalances. */
export function workerJoined(worker: Worker): Fault {
  return {
    name: 'worker joined and left',
    targets: [worker.name],
    recoversFrom: 'start',
    inject: async () => {
      await worker.start();
      await sleep(3_000);
      await worker.stop();
    },
  };
}

export function serverRestarted(stack: Stack, name: 'kafka' | 'postgres', label: string): Fault {
  return {
    name: `${label} restarted`,
    targets: [name],
    recoversFrom: 'end',
    inject: async () => {
      const program = stack.programs.get(name);
      if (!program) throw new Error(`the stack has no program "${name}"`);
      await program.stop();
      await program.start();
    },
  };
}

/** Ends all database connections of the workers while they work. */
export function connectionsCut(query: Query): Fault {
  return {
    name: 'database connections cut',
    targets: ['postgres'],
    recoversFrom: 'start',
    inject: async () => {
      await query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cognition'`,
      );
    },
  };
}

function named(workers: readonly Worker[], name: string): Worker {
  const worker = workers.find((one) => one.name === name);
  if (!worker) throw new Error(`no worker is called ${name}`);
  return worker;
}
