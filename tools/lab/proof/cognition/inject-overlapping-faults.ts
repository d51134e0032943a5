import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultCounts } from '../faults.ts';
import type { Random } from '../random.ts';

export type InjectionPlan = {
  readonly random: Random;
  /** The time between the starts of two faults. A long fault continues while others start. */
  readonly everyMs: number;
  /** Ends after this many rounds, even if the load continues. */
  readonly rounds?: number;
  readonly print: (line: string) => void;
  /** Called when recovery begins. */
  readonly onInjection: (name: string) => void;
};

type Injection = { readonly fault: Fault; readonly target: string };

/**
 * Injects faults at a steady pace until the load is over. Each round injects every kind once, in an order that the seed
 * decides. A kind waits while all of its targets are busy, or while its last fault is too recent.
 */
export async function injectOverlappingFaults(
  isOver: () => boolean,
  faults: readonly Fault[],
  { random, everyMs, rounds = Infinity, print, onInjection }: InjectionPlan,
): Promise<FaultCounts> {
  const counts: FaultCounts = {};
  const busyTargets = new Set<string>();
  const lastOf = new Map<string, number>();
  const injections: Promise<void>[] = [];
  let round: Fault[] = [];
  let roundsStarted = 0;
  let failure: Error | undefined;

  function draw(): Injection | undefined {
    if (round.length === 0) {
      if (roundsStarted === rounds) return undefined;
      round = random.shuffled(faults);
      roundsStarted += 1;
    }
    for (const [index, fault] of round.entries()) {
      const free = fault.targets.filter((target) => !busyTargets.has(target));
      const isSoon = Date.now() - (lastOf.get(fault.name) ?? 0) < (fault.apartMs ?? 0);
      if (free.length === 0 || isSoon) continue;
      round.splice(index, 1);
      return { fault, target: random.pick(free) };
    }
    return undefined;
  }

  async function inject({ fault, target }: Injection): Promise<void> {
    const { name, recoversFrom } = fault;
    busyTargets.add(target);
    lastOf.set(name, Date.now());
    counts[name] = (counts[name] ?? 0) + 1;
    print(`  fault: ${name} (${target})`);
    if (recoversFrom === 'start') onInjection(name);
    try {
      await fault.inject(target);
      if (recoversFrom === 'end') onInjection(name);
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error(String(error));
    }
    busyTargets.delete(target);
  }

  for (let next = Date.now() + everyMs; ; next += everyMs) {
    await sleep(Math.max(0, next - Date.now()));
    if (isOver() || failure) break;
    const injection = draw();
    if (injection) injections.push(inject(injection));
  }
  await Promise.all(injections);
  if (failure) throw failure;
  return counts;
}
