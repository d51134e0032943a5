export type Random = {
  /** In [0, 1). */
  readonly next: () => number;
  /** In [low, high). */
  readonly between: (low: number, high: number) => number;
  /** A whole number in [0, limit). */
  readonly below: (limit: number) => number;
  /** Mean 0, standard deviation 1. */
  readonly normal: () => number;
  readonly happens: (probability: number) => boolean;
  readonly pick: <T>(from: readonly [T, ...T[]]) => T;
};

/** Mulberry32: small, fast, and the same sequence for the same seed on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    between: (low, high) => low + (high - low) * next(),
    // Box and Muller; 1 - next() is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    happens: (probability) => next() < probability,
    pick: (from) => from[below(from.length)] ?? from[0],
  };
}

/**
 * The draws for one purpose on one day. Each purpose has a sequence of its own, so that an episode, or one more draw in
 * one place, changes nothing elsewhere in the same person's life.
 */
export function randomFor(seed: number, purpose: string, index = 0): Random {
  return createRandom(mixSeed(seed, purpose, index));
}

/** 32 bits; neighbouring indices give unrelated seeds. */
export function mixSeed(seed: number, purpose: string, index = 0): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < purpose.length; at++) hash = Math.imul(hash ^ purpose.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16) ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ seed, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
