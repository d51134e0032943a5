import { parseTimestamp } from '@bridge/contracts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import { parseHealthDate } from './health-date.ts';
import { isRecord, type NameDevice } from './metric-points.ts';
import { nightKey } from './night-key.ts';
import { nightObject, type SleepNight } from './sleep-night.ts';

export type Stage = 'deep' | 'light' | 'rem' | 'awake' | 'asleep' | 'inBed';

/** One stage of a night, as a watch records it. */
export type StageSpan = {
  readonly stage: Stage;
  readonly device: string | undefined;
  readonly start: string;
  readonly end: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly raw: unknown;
};

/** By lower-case letters: `In Bed`, `inBed` and `HKCategoryValueSleepAnalysisInBed` are one. */
const stages: Readonly<Record<string, Stage>> = {
  awake: 'awake',
  asleep: 'asleep',
  unspecified: 'asleep',
  asleepunspecified: 'asleep',
  inbed: 'inBed',
  core: 'light',
  asleepcore: 'light',
  rem: 'rem',
  asleeprem: 'rem',
  deep: 'deep',
  asleepdeep: 'deep',
};

/** Naps further apart than this are two. */
const gapMs = 2 * 3_600_000;

/** Parses a stage of an unaggregated export; undefined if it is none. */
export function stageSpan(raw: unknown, nameDevice: NameDevice): StageSpan | undefined {
  if (!isRecord(raw)) return undefined;
  const start = parseHealthDate(raw['startDate'] ?? raw['start']);
  const end = parseHealthDate(raw['endDate'] ?? raw['end']);
  const from = parseTimestamp(start ?? '');
  const to = parseTimestamp(end ?? '');
  const stage = stageNamed(raw['value']);
  if (start === undefined || end === undefined || !from || !to || stage === undefined) return undefined;
  if (to.epochMs < from.epochMs) return undefined;
  const device = nameDevice(raw['source']);
  return { stage, device, start, end, startMs: from.epochMs, endMs: to.epochMs, raw };
}

function stageNamed(text: unknown): Stage | undefined {
  if (typeof text !== 'string') return undefined;
  const name = text
    .replace(/^HKCategoryValueSleepAnalysis/, '')
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
  return Object.hasOwn(stages, name) ? stages[name] : undefined;
}

export type NightObservation = { readonly normalized: Normalized; readonly raw: readonly unknown[] };

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
  const byDevice = Map.groupBy(spans, ({ device }) => device);
  return [...byDevice.values()].map(groupByGaps).flatMap(joinNights);
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

/** One night from its stages, the earliest first. */
export function stagedNight(spans: Sleep): SleepNight {
  const [first] = spans;
  const seconds = (...wanted: readonly Stage[]) =>
    covered(spans.filter(({ stage }) => wanted.includes(stage)));
  const stages = {
    deep: seconds('deep'),
    light: seconds('light'),
    rem: seconds('rem'),
    awake: seconds('awake'),
  };
  const inBed = seconds('inBed');
  return {
    device: first.device,
    start: first.start,
    end: lastOf(spans).end,
    intervals: spans,
    asleep: seconds('deep', 'light', 'rem', 'asleep') ?? 0,
    stages,
    ...(inBed !== undefined && { inBed }),
  };
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
