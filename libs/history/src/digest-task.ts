import type { BiometricEvent } from '@bridge/contracts';
import { binOfValues, binValues, type Bin } from './bins.ts';
import { isCharted, pointsOf, unitOf, type MeasuredPoint } from './measured-point.ts';
import { newestOf } from './newest-readings.ts';
import { nightOf, type NightRecord } from './nights.ts';

// What is made of a person's events, many at a time: in a thread of its own, so everything here is plain data.

/** `borders`: where each span begins, and where the last one ends. */
export type DigestTask =
  | { readonly kind: 'days'; readonly borders: readonly number[] }
  | { readonly kind: 'series'; readonly metric: string; readonly borders: readonly number[] }
  | { readonly kind: 'newest'; readonly from: number; readonly to: number }
  | { readonly kind: 'nights'; readonly from: number; readonly to: number };

/** A source and its device, if it names one. */
export type DeviceName = readonly [source: string, device: string | null];

/** Five minutes each: start in five minutes since the day's start, least, median, greatest, count; one after another. */
export type PackedBins = readonly number[];

/** One metric of one day. */
export type DayBlock = {
  readonly metric: string;
  readonly unit: string;
  readonly total: Omit<Bin, 'at'>;
  readonly devices: readonly DeviceName[];
  /** In the order of the devices. */
  readonly bins: readonly PackedBins[];
};

export type DayDigest = {
  readonly blocks: readonly DayBlock[];
  readonly nights: readonly NightRecord[];
  readonly newest: readonly MeasuredPoint[];
};

export type SeriesDigest = { readonly bins: readonly Bin[]; readonly devices: readonly DeviceName[] };

/** The result of each kind of task. */
export type DigestResult = {
  readonly days: readonly DayDigest[];
  readonly series: SeriesDigest;
  readonly newest: readonly MeasuredPoint[];
  readonly nights: readonly NightRecord[];
};

const binMs = 300_000;

export function runDigest<Task extends DigestTask>(
  events: readonly BiometricEvent[],
  task: Task,
): DigestResult[Task['kind']];
export function runDigest(events: readonly BiometricEvent[], task: DigestTask): unknown {
  switch (task.kind) {
    case 'days':
      return digestDays(events, task.borders);
    case 'series':
      return digestSeries(events, task);
    case 'newest': {
      const { from, to } = task;
      return newestOf(events.flatMap(pointsOf).filter(({ at }) => at >= from && at < to));
    }
    case 'nights':
      return events.flatMap((event) => {
        const night = nightOf(event);
        return night !== undefined && night.end > task.from && night.end <= task.to ? [night] : [];
      });
  }
}

function digestDays(events: readonly BiometricEvent[], borders: readonly number[]): DayDigest[] {
  const days = borders.slice(1).map(() => ({ points: [] as MeasuredPoint[], nights: [] as NightRecord[] }));
  for (const event of events) {
    for (const point of pointsOf(event)) days[spanOf(borders, point.at)]?.points.push(point);
    const night = nightOf(event);
    if (night !== undefined) days[spanOf(borders, night.end - 1)]?.nights.push(night);
  }
  return days.map(({ points, nights }, day) => ({
    blocks: blocksOf(points, borders[day] as number),
    nights: nights.toSorted((a, b) => a.end - b.end),
    newest: newestOf(points),
  }));
}

function blocksOf(points: readonly MeasuredPoint[], start: number): DayBlock[] {
  const charted = Map.groupBy(points.filter(isCharted), ({ metric }) => metric);
  return [...charted].map(([metric, own]) => {
    const byDevice = Map.groupBy(own, ({ source, device }) => JSON.stringify([source, device]));
    const devices = [...byDevice.values()].map(([first]): DeviceName => {
      const { source, device } = first as MeasuredPoint;
      return [source, device ?? null];
    });
    const values = own.map(({ value }) => value);
    const { min, median, max, count } = binOfValues(start, values);
    return {
      metric,
      unit: unitOf(metric, own[0]?.unit),
      total: { min, median, max, count },
      devices,
      bins: [...byDevice.values()].map((of) => packBins(of, start)),
    };
  });
}

function packBins(points: readonly MeasuredPoint[], start: number): PackedBins {
  const bins = binValues(points, (at) => Math.floor((at - start) / binMs));
  return bins.flatMap(({ at, min, median, max, count }) => [at, min, median, max, count]);
}

export function unpackBins(packed: PackedBins, start: number): Bin[] {
  const value = (index: number) => packed[index] as number;
  return Array.from({ length: packed.length / numbersOfBin }, (_, nr) => {
    const from = nr * numbersOfBin;
    const [min, median, max] = [value(from + 1), value(from + 2), value(from + 3)];
    return { at: start + value(from) * binMs, min, median, max, count: value(from + 4) };
  });
}

const numbersOfBin = 5;

function digestSeries(
  events: readonly BiometricEvent[],
  { metric, borders }: Extract<DigestTask, { kind: 'series' }>,
): SeriesDigest {
  const last = borders.at(-1) ?? -Infinity;
  const devices = new Map<string, DeviceName>();
  const values: MeasuredPoint[] = [];
  for (const event of events) {
    for (const point of pointsOf(event)) {
      const isWithin = point.at >= (borders[0] ?? Infinity) && point.at < last;
      if (point.metric !== metric || !isWithin || !isCharted(point)) continue;
      values.push(point);
      devices.set(JSON.stringify([point.source, point.device]), [point.source, point.device ?? null]);
    }
  }
  return {
    bins: binValues(values, (at) => borders[spanOf(borders, at)] as number),
    devices: [...devices.values()],
  };
}

/** The index of the span that a time lies in; −1 before the first, and that of the last border after the last one. */
export function spanOf(borders: readonly number[], at: number): number {
  let [low, high] = [0, borders.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((borders[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
