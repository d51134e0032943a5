/** Readings of one span of time. `at`: its start, in ms since 1970. */
export type Bin = {
  readonly at: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly count: number;
};

export type TimedValue = { readonly at: number; readonly value: number };

/** Puts values into bins; `binOf` names the start of the bin of a time. In order of time. */
export function binValues(values: readonly TimedValue[], binOf: (at: number) => number): Bin[] {
  const groups = new Map<number, number[]>();
  for (const { at, value } of values) {
    const bin = binOf(at);
    const group = groups.get(bin);
    if (group === undefined) groups.set(bin, [value]);
    else group.push(value);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([at, group]) => binOfValues(at, group));
}

export function binOfValues(at: number, values: readonly number[]): Bin {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  const median = ((sorted[last >> 1] as number) + (sorted[(last + 1) >> 1] as number)) / 2;
  return { at, min: sorted[0] as number, median, max: sorted[last] as number, count: sorted.length };
}

/**
 * Bins of longer spans. Least, greatest and count are exact; the median is that of the bins' medians, each as often as its bin has
 * values, which lies between the least and the greatest of them.
 */
export function mergeBins(bins: readonly Bin[], binOf: (at: number) => number): Bin[] {
  const groups = new Map<number, Bin[]>();
  for (const bin of bins) {
    const at = binOf(bin.at);
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [bin]);
    else group.push(bin);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([at, group]) => mergedBin(at, group));
}

function mergedBin(at: number, group: readonly Bin[]): Bin {
  const [first] = group;
  if (first !== undefined && group.length === 1) return { ...first, at };
  let [min, max, count] = [Infinity, -Infinity, 0];
  for (const bin of group) {
    min = Math.min(min, bin.min);
    max = Math.max(max, bin.max);
    count += bin.count;
  }
  return { at, min, median: weightedMedian(group, count), max, count };
}

function weightedMedian(group: readonly Bin[], count: number): number {
  const sorted = group.toSorted((a, b) => a.median - b.median);
  const atRank = (rank: number) => {
    let seen = 0;
    return sorted.find((bin) => (seen += bin.count) > rank)?.median ?? Number.NaN;
  };
  return (atRank((count - 1) >> 1) + atRank(count >> 1)) / 2;
}
