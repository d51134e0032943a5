import { createRandom } from '../population/random.ts';

export type Estimate = { readonly value: number; readonly low: number; readonly high: number };

const rounds = 1_000;

/** The mean over persons with its 95 % interval: persons are drawn again, with replacement. NaN of nobody. */
export function meanWithInterval(perPerson: readonly number[], seed = 1): Estimate {
  const { below } = createRandom(seed);
  const count = perPerson.length;
  const means = Array.from({ length: rounds }, () => {
    let sum = 0;
    for (let nr = 0; nr < count; nr++) sum += perPerson[below(count)] ?? 0;
    return sum / count;
  }).sort((one, other) => one - other);
  const at = (share: number) => means[Math.round(share * (rounds - 1))] ?? Number.NaN;
  return { value: perPerson.reduce((sum, one) => sum + one, 0) / count, low: at(0.025), high: at(0.975) };
}
