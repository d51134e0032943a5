import { mergeStages } from './merge-stages.ts';
import type { NameDevice } from './name-device.ts';
import type { Interval } from './night-key.ts';
import { stageSpan, type StageSpan } from './sleep-stages.ts';
import { isAggregatedNight, nightTotals, type NightTotals } from './night-totals.ts';

/** All segments of one night of one device. No totals overlap other totals or the stages. */
export type NightSegments = {
  readonly stages: readonly StageSpan[];
  readonly totals: readonly NightTotals[];
};

/** Apple looks at a night again and moves its start or end by less than this. */
const movedByMs = 30 * 60_000;

/** The segments in the document of a night: one total, or a list of stages and totals. */
export function segmentsOf(document: unknown, nameDevice: NameDevice): NightSegments {
  const elements: readonly unknown[] = Array.isArray(document) ? document : [document];
  const stages: StageSpan[] = [];
  const totals: NightTotals[] = [];
  for (const raw of elements) {
    const sum = isAggregatedNight(raw) ? nightTotals(raw, nameDevice) : undefined;
    const span = sum === undefined ? stageSpan(raw, nameDevice) : undefined;
    if (sum !== undefined) totals.push(sum);
    if (span !== undefined) stages.push(span);
  }
  return { stages: stages.sort(byStart), totals: totals.sort(byStart) };
}

/** The elements of these segments as they came; stages that were cut or joined have their new times. */
export function documentOf({ stages, totals }: NightSegments): unknown {
  const [sum, ...others] = totals;
  if (sum !== undefined && stages.length + others.length === 0) return sum.raw;
  return [...stages, ...totals].map(({ raw }) => raw);
}

/**
 * Merges the segments of a new delivery into those known so far. Stages are merged by time. Totals cannot be: those that do
 * not overlap add up; of those that do, the longer one stays, and the newer one if they are equally long.
 *
 * @param midnightMs Of this night.
 */
export function mergeSegments(
  known: NightSegments,
  incoming: NightSegments,
  midnightMs: number,
): NightSegments {
  const staged = incoming.stages.length === 0 ? known : withStages(known, incoming.stages, midnightMs);
  return incoming.totals.reduce((parts, sum) => withTotals(parts, sum, midnightMs), staged);
}

function withStages(known: NightSegments, incoming: readonly StageSpan[], midnightMs: number): NightSegments {
  const whole = extentOf(incoming);
  const rivals = known.totals.filter((sum) => overlapsAny(sum, whole));
  if (isLess(whole, rivals, midnightMs)) return known;
  return {
    stages: mergeStages(known.stages, incoming),
    totals: known.totals.filter((sum) => !rivals.includes(sum)),
  };
}

function withTotals(known: NightSegments, incoming: NightTotals, midnightMs: number): NightSegments {
  const rivals = known.totals.filter((sum) => overlapsAny(sum, [incoming]));
  const staged = overlapsAny(incoming, known.stages) ? extentOf(known.stages) : [];
  if (isLess([incoming], [...rivals, ...staged], midnightMs)) return known;
  return {
    stages: staged.length > 0 ? [] : known.stages,
    totals: [...known.totals.filter((sum) => !rivals.includes(sum)), incoming].sort(byStart),
  };
}

/** Whether these cover less of a night than their rivals: they are shorter by more than Apple moves a start or end. */
function isLess(incoming: readonly Interval[], rivals: readonly Interval[], midnightMs: number): boolean {
  const missingMs = lengthOf(rivals) - lengthOf(incoming);
  if (missingMs <= 0) return false;
  return missingMs > movedByMs || sidesOf(incoming, midnightMs) < sidesOf(rivals, midnightMs);
}

/** On how many sides of midnight they lie: a window that was cut there lacks one. */
function sidesOf(intervals: readonly Interval[], midnightMs: number): number {
  const evening = intervals.some(({ startMs }) => startMs < midnightMs);
  const morning = intervals.some(({ endMs }) => endMs > midnightMs);
  return Number(evening) + Number(morning);
}

/** One interval from the first start to the last end; empty for none. */
function extentOf(intervals: readonly Interval[]): readonly Interval[] {
  if (intervals.length === 0) return [];
  return [
    intervals.reduce((one, two) => ({
      startMs: Math.min(one.startMs, two.startMs),
      endMs: Math.max(one.endMs, two.endMs),
    })),
  ];
}

function lengthOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** Touching is none. */
function overlapsAny({ startMs, endMs }: Interval, others: readonly Interval[]): boolean {
  return others.some((other) => startMs < other.endMs && other.startMs < endMs);
}

function byStart(one: Interval, two: Interval): number {
  return one.startMs - two.startMs;
}
