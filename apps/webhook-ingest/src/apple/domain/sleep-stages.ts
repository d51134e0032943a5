import { parseTimestamp } from '@bridge/contracts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { parseHealthDate } from './health-date.ts';
import type { NameDevice } from './name-device.ts';
import { isRecord } from './raw-fields.ts';
import { nightKey } from './night-key.ts';
import { nightObject, type Extent, type SleepNight } from './sleep-night.ts';
import { stageNamed, type Stage } from './stage-names.ts';

/** One stage of a night, as a watch records it. */
export type StageSpan = {
  /** `unknown` for a stage of no known name or of half a time: what it was is missing in the night. */
  readonly stage: Stage | 'unknown';
  readonly device: string | undefined;
  readonly start: string;
  readonly end: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly raw: unknown;
};

/** Naps further apart than this are two. */
const gapMs = 2 * 3_600_000;

/** Parses a stage of an unaggregated export; undefined if it has no time at all. */
export function stageSpan(raw: unknown, nameDevice: NameDevice): StageSpan | undefined {
  if (!isRecord(raw)) return undefined;
  const start = timeOf(raw['startDate'] ?? raw['start']);
  const end = timeOf(raw['endDate'] ?? raw['end']);
  const known = start ?? end;
  if (known === undefined) return undefined;
  const device = nameDevice(raw['source']);
  if (start === undefined || end === undefined || end.ms < start.ms) {
    const { text, ms } = known;
    return { stage: 'unknown', device, start: text, end: text, startMs: ms, endMs: ms, raw };
  }
  const stage = stageNamed(raw['value']) ?? 'unknown';
  return { stage, device, start: start.text, end: end.text, startMs: start.ms, endMs: end.ms, raw };
}

function timeOf(given: unknown): { readonly text: string; readonly ms: number } | undefined {
  const text = parseHealthDate(given);
  const time = parseTimestamp(text ?? '');
  return text === undefined || time === undefined ? undefined : { text, ms: time.epochMs };
}

export type NightObservation = { readonly normalized: NormalizedDocument; readonly raw: readonly unknown[] };

/** The nights of each device, from stages in any order. */
export function nightsOf(spans: readonly StageSpan[]): NightObservation[] {
  return sleepsOf(spans).map(nightOf);
}

/**
 * The nights that more stages will not change, given that each device's come in order, and the stages of the others:
 * a file of years need not be held in memory.
 */
export function finishedNights(spans: readonly StageSpan[]): {
  readonly nights: NightObservation[];
  readonly open: StageSpan[];
} {
  const newest = new Map<string | undefined, Sleep>();
  const finished: Sleep[] = [];
  for (const sleep of sleepsOf(spans)) {
    const before = newest.get(sleep[0].device);
    if (before !== undefined) finished.push(before);
    newest.set(sleep[0].device, sleep);
  }
  return { nights: finished.map(nightOf), open: [...newest.values()].flat() };
}

/** Stages of one device, the earliest first. */
export type Sleep = [StageSpan, ...StageSpan[]];

function sleepsOf(spans: readonly StageSpan[]): Sleep[] {
  const byDevice = Map.groupBy(adopted(spans), ({ device }) => device);
  return [...byDevice.values()].map(groupByGaps).flatMap(joinNights);
}

/** A stage that names no device is of the only one that is named: alone, it would be missing in its night. */
function adopted(spans: readonly StageSpan[]): readonly StageSpan[] {
  const [device, ...others] = new Set(spans.flatMap((span) => span.device ?? []));
  if (device === undefined || others.length > 0) return spans;
  return spans.map((span) => (span.device === undefined ? { ...span, device } : span));
}

/** Somebody who is awake for hours at night still has one night. */
function joinNights(sleeps: readonly Sleep[]): Sleep[] {
  const joined: { readonly key: string | undefined; readonly sleep: Sleep }[] = [];
  for (const sleep of sleeps) {
    const key = nightKey(sleep[0].start, lastOf(sleep).end)?.key;
    const before = joined.at(-1);
    if (before !== undefined && before.key === key) before.sleep.push(...sleep);
    else joined.push({ key, sleep });
  }
  return joined.map(({ sleep }) => sleep);
}

function lastOf(sleep: Sleep): StageSpan {
  return sleep.reduce((latest, span) => (span.endMs > latest.endMs ? span : latest));
}

function groupByGaps(spans: readonly StageSpan[]): Sleep[] {
  const groups: Sleep[] = [];
  let until = -Infinity;
  for (const span of [...spans].sort((one, two) => one.startMs - two.startMs)) {
    const current = groups.at(-1);
    if (current === undefined || span.startMs - until > gapMs) groups.push([span]);
    else current.push(span);
    until = Math.max(until, span.endMs);
  }
  return groups;
}

function nightOf(spans: Sleep): NightObservation {
  return { normalized: nightObject(stagedNight(spans)), raw: spans.map(({ raw }) => raw) };
}

/** One night from its stages, the earliest first. Of a night with a stage that nobody understands, only the bed is known. */
export function stagedNight(spans: Sleep): SleepNight {
  const [first] = spans;
  const beds = spans.filter(({ stage }) => stage === 'inBed');
  const sleeps = spans.filter(({ stage }) => stage !== 'inBed');
  const isKnown = spans.every(({ stage }) => stage !== 'unknown');
  const seconds = (...wanted: readonly Stage[]) =>
    covered(sleeps.filter(({ stage }) => stage !== 'unknown' && wanted.includes(stage)));
  const stage = (name: Stage) => (isKnown ? seconds(name) : undefined);
  const inBed = covered(beds);
  const bed = extentOf(beds);
  const sleep = extentOf(sleeps);
  const { end } = lastOf(spans);
  return {
    device: first.device,
    start: first.start,
    end,
    intervals: spans,
    asleep: isKnown ? (seconds('deep', 'light', 'rem', 'asleep') ?? 0) : undefined,
    stages: { deep: stage('deep'), light: stage('light'), rem: stage('rem'), awake: stage('awake') },
    ...(inBed !== undefined && { inBed }),
    ...(sleep !== undefined && { sleep }),
    ...(bed !== undefined && { bed }),
  };
}

function extentOf(spans: readonly StageSpan[]): Extent | undefined {
  const [first, ...more] = spans;
  return first === undefined ? undefined : { start: first.start, end: lastOf([first, ...more]).end };
}

/** Seconds that the spans cover together: the same span may come twice. Undefined for none. */
function covered(spans: readonly StageSpan[]): number | undefined {
  let total = 0;
  let until = -Infinity;
  for (const { startMs, endMs } of spans) {
    total += Math.max(0, endMs - Math.max(startMs, until));
    until = Math.max(until, endMs);
  }
  return spans.length === 0 ? undefined : Math.round(total / 1000);
}
