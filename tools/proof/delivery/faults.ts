import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../local/start-stack.ts';
import type { Random } from '../random.ts';
import type { Worker } from './workers.ts';

export type Fault = { readonly name: string; readonly strike: () => Promise<void> };

export type FaultCounts = Record<string, number>;

/** Longer than the group's session timeout, so that the others take over while it is away. */
const stoppedMs = 12_000;

/** What goes wrong, each fault as often as every other, in an order that the seed decides. */
export function deliveryFaults(stack: Stack, workers: readonly Worker[], random: Random): Fault[] {
  const restart = async (name: string) => {
    const program = stack.programs.get(name);
    if (!program) throw new Error(`the stack has no program «${name}»`);
    await program.stop();
    await program.start();
  };
  const signal = (worker: Worker, name: NodeJS.Signals) => {
    const pid = worker.pid();
    if (pid !== undefined) process.kill(pid, name);
  };
  return [
    {
      name: 'worker killed',
      // Its supervisor starts it again.
      strike: () => {
        signal(random.pick(workers), 'SIGKILL');
        return Promise.resolve();
      },
    },
    {
      name: 'worker stopped and continued',
      strike: async () => {
        const worker = random.pick(workers);
        signal(worker, 'SIGSTOP');
        await sleep(stoppedMs);
        signal(worker, 'SIGCONT');
      },
    },
    { name: 'broker restarted', strike: () => restart('kafka') },
    { name: 'PostgreSQL restarted', strike: () => restart('postgres') },
  ];
}

export type StrikePlan = {
  readonly random: Random;
  readonly pauseMs: number;
  /** Each kind of fault so often. */
  readonly rounds: number;
  /** After the rounds go on until the load is over. */
  readonly untilOver: boolean;
  readonly print: (line: string) => void;
};

/** Strikes with a pause in between; every kind of fault once a round. */
export async function strike(
  isOver: () => boolean,
  faults: readonly Fault[],
  { random, pauseMs, rounds, untilOver, print }: StrikePlan,
): Promise<FaultCounts> {
  const counts: FaultCounts = {};
  for (let round = 0; round < rounds || (untilOver && !isOver()); round += 1) {
    for (const fault of shuffled(faults, random)) {
      if (round >= rounds && isOver()) break;
      await sleep(pauseMs);
      print(`  fault: ${fault.name}`);
      await fault.strike();
      counts[fault.name] = (counts[fault.name] ?? 0) + 1;
    }
  }
  return counts;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
