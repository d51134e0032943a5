import { parseTimestamp } from '@bridge/contracts';
import type { ObjectObservation } from '../../documents/domain/object-observation.ts';
import { halvesOf, nightKey, type Interval } from './night-key.ts';
import { documentOf, mergeSegments, segmentsOf, type NightSegments } from './night-segments.ts';
import { isLongerThanBed, nightObject, type SleepNight } from './sleep-night.ts';
import { stagedNight } from './sleep-stages.ts';

/** More than a night has. With more, what is told stands alone, so that no document grows with every delivery. */
const mostSegments = 5_000;

/**
 * A night with what was told of it before: windows are cut at midnight, and none may hold both sides. Its document becomes that of
 * all its parts, from which the next telling goes on. Undefined where what is told stands alone.
 *
 * @param stored The document of the version that stands.
 * @param device Of both.
 */
export function mergeNight(
  stored: unknown,
  told: ObjectObservation<unknown>,
  device: string | undefined,
): ObjectObservation<unknown> | undefined {
  const known = segmentsOf(stored, () => device);
  const now = segmentsOf(told.raw, () => device);
  const before = nightOf(known);
  if (before === undefined) return undefined;
  const { start, end } = nightOf(now) ?? before;
  const midnightMs = nightKey(start, end)?.midnightMs;
  if (midnightMs === undefined) return undefined;
  const parts = mergeSegments(known, now, midnightMs);
  const night = nightOf(parts);
  if (night === undefined || parts.stages.length + parts.sums.length > mostSegments) return undefined;
  const stretches = [known, now].flatMap((some) => stretchesOf(some, midnightMs));
  return { normalized: nightObject({ ...night, intervals: stretches }), raw: documentOf(parts) };
}

function nightOf({ stages: [first, ...more], sums }: NightSegments): SleepNight | undefined {
  const staged = first === undefined ? [] : [withinBed(stagedNight([first, ...more]))];
  const [one, ...others] = [...staged, ...sums.map(({ night }) => night)];
  return one === undefined || others.length === 0 ? one : withinBed(added([one, ...others]));
}

/** Where only one window told of the bed, its time there is not that of the night. */
function withinBed({ inBed, ...night }: SleepNight): SleepNight {
  return { ...night, ...(inBed !== undefined && !isLongerThanBed(night.asleep, inBed) && { inBed }) };
}

/** Parts of one night that have no moment in common. What only some of them tell is not known of the night. */
function added(parts: readonly [SleepNight, ...SleepNight[]]): SleepNight {
  const first = parts.reduce((a, b) => (msOf(b.start) < msOf(a.start) ? b : a));
  const last = parts.reduce((a, b) => (msOf(b.end) > msOf(a.end) ? b : a));
  const asleep = sumOf(parts.map((part) => part.asleep)) ?? 0;
  const isInBed = parts.every((part) => part.inBed !== undefined);
  const inBed = isInBed ? sumOf(parts.map((part) => part.inBed)) : undefined;
  const isStaged = parts.every(hasStages);
  const stage = (name: keyof SleepNight['stages']) =>
    isStaged ? sumOf(parts.map(({ stages }) => stages[name])) : undefined;
  return {
    ...{ device: first.device, start: first.start, end: last.end, asleep },
    stages: { deep: stage('deep'), light: stage('light'), rem: stage('rem'), awake: stage('awake') },
    ...(inBed !== undefined && { inBed }),
  };
}

/** A part without sleep has none to tell of. */
function hasStages({ asleep, stages: { deep, light, rem } }: SleepNight): boolean {
  return asleep === 0 || (deep ?? light ?? rem) !== undefined;
}

/** Undefined where there is nothing to add. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : given.reduce((sum, value) => sum + value, 0);
}

function stretchesOf({ stages, sums }: NightSegments, midnightMs: number): readonly Interval[] {
  return [...stages, ...sums.flatMap((sum) => halvesOf(sum, midnightMs))];
}

function msOf(time: string): number {
  return parseTimestamp(time)?.epochMs ?? NaN;
}
