import type { Activity, Exertion } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';

/** More within the hours that devices sync late are noise; the oldest are dropped. */
const keptExertions = 4;

/** Adds a pulse that tells of exertion. Pulses that are no farther apart than exertion lasts belong together. */
export function withExertion(
  exertions: readonly Exertion[],
  at: number,
  { thresholds }: PolicyValues,
): readonly Exertion[] {
  const { lasts } = thresholds.context.exertion;
  const joined: Exertion[] = [];
  for (const [from, last] of [...exertions, [at, at] as const].toSorted((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before === undefined || from > before[1] + lasts) joined.push([from, last]);
    else joined[joined.length - 1] = [before[0], Math.max(before[1], last)];
  }
  return joined.slice(-keptExertions);
}

/** Without what an activity explained that was deleted: its pulses were at rest, and high. */
export function withoutExertion(
  exertions: readonly Exertion[],
  [start, end]: Activity,
  { thresholds }: PolicyValues,
): readonly Exertion[] {
  const until = end + thresholds.context.active_after;
  return exertions.flatMap(([from, last]): Exertion[] => {
    if (last < start || from >= until) return [[from, last]];
    return from < start ? [[from, start]] : [];
  });
}

/** A pulse that still falls after exertion whose workout is not known yet is not at rest. */
export function isAfterExertion(
  exertions: readonly Exertion[],
  at: number,
  { thresholds }: PolicyValues,
): boolean {
  const { lasts } = thresholds.context.exertion;
  return exertions.some(([from, last]) => at > from && at <= last + lasts);
}
