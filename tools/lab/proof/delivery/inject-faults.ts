import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultCounts } from '../faults.ts';
import type { Random } from '../random.ts';

export type InjectionPlan = {
  readonly random: Random;
  readonly pauseMs: number;
  /** How often each kind of fault is injected. */
  readonly rounds: number;
  /** Continues after the rounds until the load is over. */
  readonly untilOver: boolean;
  readonly print: (line: string) => void;
};

/** Injects one fault after another with pauses, every kind once per round. */
export async function injectFaults(
  isOver: () => boolean,
  faults: readonly Fault[],
  { random, pauseMs, rounds, untilOver, print }: InjectionPlan,
): Promise<FaultCounts> {
  const counts: FaultCounts = {};
  for (let round = 0; round < rounds || (untilOver && !isOver()); round += 1) {
    for (const fault of random.shuffled(faults)) {
      if (round >= rounds && isOver()) break;
      await sleep(pauseMs);
      print(`  fault: ${fault.name}`);
      await fault.inject(random.pick(fault.targets));
      counts[fault.name] = (counts[fault.name] ?? 0) + 1;
    }
  }
  return counts;
}
