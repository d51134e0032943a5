import { createRandom } from '../../proof/random.ts';

export type Chance = {
  /** In [low, high). */
  readonly between: (low: number, high: number) => number;
  /** A whole number in [0, limit). */
  readonly below: (limit: number) => number;
  /** Bell-shaped around 0 with standard deviation 1, never beyond ±√12: what must not happen cannot. */
  readonly bell: () => number;
  readonly happens: (probability: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
};

/**
 * The draws that belong to these labels (whose, what for, which day). Each set of labels has its own, so that one more
 * draw in one place changes nothing elsewhere. Bounded noise of devices; bodies come from the population model.
 */
export function chanceOf(seed: number, ...labels: readonly (string | number)[]): Chance {
  const { next, below, pick } = createRandom(hashOf(`${seed}/${labels.join('/')}`));
  return {
    between: (low, high) => low + (high - low) * next(),
    below,
    bell: () => (next() + next() + next() + next() - 2) * rootOf3,
    happens: (probability) => next() < probability,
    pick,
  };
}

// Four uniform draws have a variance of 1/3.
const rootOf3 = 1.7320508075688772;

/** FNV-1a, with a last mix so that neighbouring days do not get neighbouring seeds. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
