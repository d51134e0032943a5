import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultCounts } from '../faults.ts';
import type { Random } from '../random.ts';

export type StrikePlan = {
  readonly random: Random;
  /** Between the beginnings of two faults. A long one goes on while others strike. */
  readonly everyMs: number;
  /** Ends after so many rounds, even if the load goes on. */
  readonly rounds?: number;
  readonly print: (line: string) => void;
  /** Hears from when on the system has to recover. */
  readonly onHit: (name: string) => void;
};

type Blow = { readonly fault: Fault; readonly target: string };

/**
 * Strikes at a steady pace until the load is over. Every kind comes once a round in an order that the seed decides; one whose
 * targets all suffer already, or that would come too soon, waits for its turn.
 */
export async function strikeOften(
  isOver: () => boolean,
  faults: readonly Fault[],
  { random, everyMs, rounds = Infinity, print, onHit }: StrikePlan,
): Promise<FaultCounts> {
  const counts: FaultCounts = {};
  const suffering = new Set<string>();
  const lastOf = new Map<string, number>();
  const underWay: Promise<void>[] = [];
  let round: Fault[] = [];
  let begun = 0;
  let trouble: Error | undefined;

  function draw(): Blow | undefined {
    if (round.length === 0) {
      if (begun === rounds) return undefined;
      round = random.shuffled(faults);
      begun += 1;
    }
    for (const [index, fault] of round.entries()) {
      const free = fault.targets.filter((target) => !suffering.has(target));
      const isSoon = Date.now() - (lastOf.get(fault.name) ?? 0) < (fault.apartMs ?? 0);
      if (free.length === 0 || isSoon) continue;
      round.splice(index, 1);
      return { fault, target: random.pick(free) };
    }
    return undefined;
  }

  async function hit({ fault, target }: Blow): Promise<void> {
    const { name, recoversFrom } = fault;
    suffering.add(target);
    lastOf.set(name, Date.now());
    counts[name] = (counts[name] ?? 0) + 1;
    print(`  fault: ${name} (${target})`);
    if (recoversFrom === 'blow') onHit(name);
    try {
      await fault.strike(target);
      if (recoversFrom === 'end') onHit(name);
    } catch (error) {
      trouble ??= error instanceof Error ? error : new Error(String(error));
    }
    suffering.delete(target);
  }

  for (let next = Date.now() + everyMs; ; next += everyMs) {
    await sleep(Math.max(0, next - Date.now()));
    if (isOver() || trouble) break;
    const blow = draw();
    if (blow) underWay.push(hit(blow));
  }
  await Promise.all(underWay);
  if (trouble) throw trouble;
  return counts;
}
