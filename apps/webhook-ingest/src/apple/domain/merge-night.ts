import { parseTimestamp } from '@bridge/contracts';
import type { ObjectObservation } from '../../documents/domain/object-observation.ts';
import { halvesOf, nightKey, type Interval } from './night-key.ts';
import { documentOf, mergeSegments, segmentsOf, type NightSegments } from './night-segments.ts';
import { isLongerThanBed, nightObject, type Extent, type SleepNight } from './sleep-night.ts';
import { stagedNight } from './sleep-stages.ts';

/** More than any night has. Beyond it the delivery counts alone, so that no document grows with every delivery. */
const mostSegments = 5_000;

/**
 * Merges a delivery of a night with the current document of that night: windows are cut at midnight, and none may hold both
 * sides. The new document holds all segments, so that the next delivery can be merged in turn. Undefined if the delivery
 * counts alone.
 *
 * @param stored The document of the current version.
 * @param device Of both.
 */
export function mergeNight(
  stored: unknown,
  incoming: ObjectObservation<unknown>,
  device: string | undefined,
): ObjectObservation<unknown> | undefined {
  const known = segmentsOf(stored, () => device);
  const now = segmentsOf(incoming.raw, () => device);
  const before = nightOf(known);
  if (before === undefined) return undefined;
  const { start, end } = nightOf(now) ?? before;
  const midnightMs = nightKey(start, end)?.midnightMs;
  if (midnightMs === undefined) return undefined;
  const segments = mergeSegments(known, now, midnightMs);
  const night = nightOf(segments);
  if (night === undefined || segments.stages.length + segments.totals.length > mostSegments) return undefined;
  const intervals = [known, now].flatMap((some) => intervalsOf(some, midnightMs));
  return { normalized: nightObject({ ...night, intervals }), raw: documentOf(segments) };
}

function nightOf({ stages: [first, ...more], totals }: NightSegments): SleepNight | undefined {
  const staged = first === undefined ? [] : [withinBed(stagedNight([first, ...more]))];
  const [one, ...others] = [...staged, ...totals.map(({ night }) => night)];
  return one === undefined || others.length === 0 ? one : withinBed(added([one, ...others]));
}

/** If only one window reports time in bed, that time is not the whole night's. */
function withinBed({ inBed, ...night }: SleepNight): SleepNight {
  return { ...night, ...(inBed !== undefined && !isLongerThanBed(night.asleep, inBed) && { inBed }) };
}

/** Adds up segments that do not overlap. A value that some of them lack is unknown for the night. */
function added(parts: readonly [SleepNight, ...SleepNight[]]): SleepNight {
  const first = parts.reduce((a, b) => (msOf(b.start) < msOf(a.start) ? b : a));
  const last = parts.reduce((a, b) => (msOf(b.end) > msOf(a.end) ? b : a));
  const isAsleepKnown = parts.every((part) => part.asleep !== undefined);
  const asleep = isAsleepKnown ? (sumOf(parts.map((part) => part.asleep)) ?? 0) : undefined;
  const sleep = extentOf(parts.flatMap((part) => part.sleep ?? []));
  const bed = isInBedKnown(parts) ? extentOf(parts.flatMap((part) => part.bed ?? [])) : undefined;
  const inBed = isInBedKnown(parts) ? sumOf(parts.map((part) => part.inBed)) : undefined;
  const isStaged = parts.every(hasStages);
  const stage = (name: keyof SleepNight['stages']) =>
    isStaged ? sumOf(parts.map(({ stages }) => stages[name])) : undefined;
  return {
    device: first.device,
    start: first.start,
    end: last.end,
    asleep,
    stages: { deep: stage('deep'), light: stage('light'), rem: stage('rem'), awake: stage('awake') },
    ...(inBed !== undefined && { inBed }),
    ...(sleep !== undefined && { sleep }),
    ...(bed !== undefined && { bed }),
  };
}

function isInBedKnown(parts: readonly SleepNight[]): boolean {
  return parts.every((part) => part.inBed !== undefined);
}

/** From the first start to the last end; undefined for none. */
function extentOf([one, ...others]: readonly Extent[]): Extent | undefined {
  return others.reduce(
    (whole, { start, end }) =>
      whole && {
        start: msOf(start) < msOf(whole.start) ? start : whole.start,
        end: msOf(end) > msOf(whole.end) ? end : whole.end,
      },
    one,
  );
}

/** A segment without sleep has no stages to report. */
function hasStages({ asleep, stages: { deep, light, rem } }: SleepNight): boolean {
  return asleep === 0 || (deep ?? light ?? rem) !== undefined;
}

/** Undefined where there is nothing to add. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : given.reduce((sum, value) => sum + value, 0);
}

function intervalsOf({ stages, totals }: NightSegments, midnightMs: number): readonly Interval[] {
  return [...stages, ...totals.flatMap((sum) => halvesOf(sum, midnightMs))];
}

function msOf(time: string): number {
  return parseTimestamp(time)?.epochMs ?? NaN;
}
