import { mergeStages } from './merge-stages.ts';
import type { NameDevice } from './metric-points.ts';
import type { Interval } from './night-key.ts';
import { stageSpan, type StageSpan } from './sleep-stages.ts';
import { isAggregatedNight, nightTotals, type NightTotals } from './night-totals.ts';

/** What was told of one night of one device. No sum overlaps another one or the stages. */
export type NightSegments = {
  readonly stages: readonly StageSpan[];
  readonly sums: readonly NightTotals[];
};

/** Apple looks at a night again and moves its start or end by less than this. */
const movedByMs = 30 * 60_000;

/** What an object of a night was made of: one sum, or a list of stretches and sums. */
export function segmentsOf(document: unknown, nameDevice: NameDevice): NightSegments {
  const elements: readonly unknown[] = Array.isArray(document) ? document : [document];
  const stages: StageSpan[] = [];
  const sums: NightTotals[] = [];
  for (const raw of elements) {
    const sum = isAggregatedNight(raw) ? nightTotals(raw, nameDevice) : undefined;
    const span = sum === undefined ? stageSpan(raw, nameDevice) : undefined;
    if (sum !== undefined) sums.push(sum);
    if (span !== undefined) stages.push(span);
  }
  return { stages: stages.sort(byStart), sums: sums.sort(byStart) };
}

/** The elements that these are made of, as they came; stretches that were cut or joined with their times now. */
export function documentOf({ stages, sums }: NightSegments): unknown {
  const [sum, ...others] = sums;
  if (sum !== undefined && stages.length + others.length === 0) return sum.raw;
  return [...stages, ...sums].map(({ raw }) => raw);
}

/**
 * The night from what was known of it and what is told now. Stages are put together by time. Sums cannot be: those that do not
 * overlap add up, and of those that do the longer one stands, of as long ones what was told last.
 *
 * @param midnightMs Of this night.
 */
export function mergeSegments(known: NightSegments, told: NightSegments, midnightMs: number): NightSegments {
  const staged = told.stages.length === 0 ? known : withStages(known, told.stages, midnightMs);
  return told.sums.reduce((parts, sum) => withTotals(parts, sum, midnightMs), staged);
}

function withStages(known: NightSegments, told: readonly StageSpan[], midnightMs: number): NightSegments {
  const whole = extentOf(told);
  const rivals = known.sums.filter((sum) => overlapsAny(sum, whole));
  if (isLess(whole, rivals, midnightMs)) return known;
  return {
    stages: mergeStages(known.stages, told),
    sums: known.sums.filter((sum) => !rivals.includes(sum)),
  };
}

function withTotals(known: NightSegments, told: NightTotals, midnightMs: number): NightSegments {
  const rivals = known.sums.filter((sum) => overlapsAny(sum, [told]));
  const staged = overlapsAny(told, known.stages) ? extentOf(known.stages) : [];
  if (isLess([told], [...rivals, ...staged], midnightMs)) return known;
  return {
    stages: staged.length > 0 ? [] : known.stages,
    sums: [...known.sums.filter((sum) => !rivals.includes(sum)), told].sort(byStart),
  };
}

/** Less of a night than its rivals tell: shorter, unless it is as if Apple had only moved its start or its end. */
function isLess(told: readonly Interval[], rivals: readonly Interval[], midnightMs: number): boolean {
  const missingMs = lengthOf(rivals) - lengthOf(told);
  if (missingMs <= 0) return false;
  return missingMs > movedByMs || sidesOf(told, midnightMs) < sidesOf(rivals, midnightMs);
}

/** On how many sides of midnight they lie: what a window cut there lacks one. */
function sidesOf(stretches: readonly Interval[], midnightMs: number): number {
  const evening = stretches.some(({ startMs }) => startMs < midnightMs);
  const morning = stretches.some(({ endMs }) => endMs > midnightMs);
  return Number(evening) + Number(morning);
}

/** The one stretch from the first to the last; none of none. */
function extentOf(stretches: readonly Interval[]): readonly Interval[] {
  if (stretches.length === 0) return [];
  return [
    stretches.reduce((one, two) => ({
      startMs: Math.min(one.startMs, two.startMs),
      endMs: Math.max(one.endMs, two.endMs),
    })),
  ];
}

function lengthOf(stretches: readonly Interval[]): number {
  return stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** Touching is none. */
function overlapsAny({ startMs, endMs }: Interval, others: readonly Interval[]): boolean {
  return others.some((other) => startMs < other.endMs && other.startMs < endMs);
}

function byStart(one: Interval, two: Interval): number {
  return one.startMs - two.startMs;
}
