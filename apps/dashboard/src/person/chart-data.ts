import type { ReadingSeries } from '@bridge/contracts';

/** Columns of a chart, one row per time; null leaves a gap. */
export type ChartData = {
  /** Seconds since 1970. */
  readonly times: number[];
  readonly median: (number | null)[];
  readonly min: (number | null)[];
  readonly max: (number | null)[];
  readonly usual: (number | null)[];
  readonly low: (number | null)[];
  readonly high: (number | null)[];
};

const stepSeconds = { '5m': 300, '1h': 3_600, '1d': 86_400 } as const;

/** Bins that may be missing before the line is broken. */
const mostMissing = 3;
const daySeconds = 86_400;

/** Points and the band of each day on one axis of time. */
export function chartData({ points, band, resolution, from, to }: ReadingSeries): ChartData {
  const start = seconds(from);
  const end = seconds(to);
  const byTime = new Map(points.map((point) => [seconds(point.at), point]));
  const bands = band
    .map(({ at, usual, low, high }) => ({ at: seconds(at), usual, low, high }))
    .sort((a, b) => a.at - b.at);
  const gaps = gapTimes([...byTime.keys()].sort(ascending), stepSeconds[resolution] * mostMissing);
  const bandTimes = bands.flatMap(({ at }) => [Math.max(at, start), Math.min(at + daySeconds - 1, end)]);
  const inside = (time: number) => time >= start && time <= end;
  const times = [...new Set([...byTime.keys(), ...gaps, ...bandTimes].filter(inside))].sort(ascending);
  const bandOf = bandFinder(bands);
  const points_ = times.map((time) => byTime.get(time));
  const bands_ = times.map(bandOf);
  return {
    times,
    median: columnWithGaps(times, gaps, (index) => points_[index]?.median),
    min: columnWithGaps(times, gaps, (index) => points_[index]?.min),
    max: columnWithGaps(times, gaps, (index) => points_[index]?.max),
    usual: bands_.map((one) => one?.usual ?? null),
    low: bands_.map((one) => one?.low ?? null),
    high: bands_.map((one) => one?.high ?? null),
  };
}

type Band = { readonly at: number; readonly usual: number; readonly low: number; readonly high: number };

/** For times that ascend: the band of the day in which each lies. */
function bandFinder(bands: readonly Band[]): (time: number) => Band | undefined {
  let index = -1;
  return (time) => {
    while ((bands[index + 1]?.at ?? Infinity) <= time) index += 1;
    const found = bands[index];
    return found !== undefined && time < found.at + daySeconds ? found : undefined;
  };
}

/** A time inside every gap that is too long to be drawn through. */
function gapTimes(times: readonly number[], longest: number): readonly number[] {
  return times.flatMap((time, index) => {
    const next = times[index + 1];
    return next !== undefined && next - time > longest ? [time + 1] : [];
  });
}

/**
 * uPlot draws on over undefined and breaks the line at null: times that stand there for the band only must break no
 * line.
 */
function columnWithGaps(
  times: readonly number[],
  gaps: readonly number[],
  valueAt: (index: number) => number | undefined,
): (number | null)[] {
  const breaks = new Set(gaps);
  return times.map((time, index) => (breaks.has(time) ? null : valueAt(index))) as (number | null)[];
}

const ascending = (a: number, b: number) => a - b;
const seconds = (at: string) => Date.parse(at) / 1_000;

export type SeriesSummary = {
  readonly least: number;
  readonly most: number;
  readonly newest: number;
  readonly newestAt: string;
};

/** What a chart says in a sentence; undefined without a point. */
export function seriesSummary({ points }: Pick<ReadingSeries, 'points'>): SeriesSummary | undefined {
  const newest = points.reduce<(typeof points)[number] | undefined>(
    (latest, point) =>
      latest === undefined || Date.parse(point.at) > Date.parse(latest.at) ? point : latest,
    undefined,
  );
  if (newest === undefined) return undefined;
  return {
    least: points.reduce((least, { min }) => Math.min(least, min), Infinity),
    most: points.reduce((most, { max }) => Math.max(most, max), -Infinity),
    newest: newest.median,
    newestAt: newest.at,
  };
}
