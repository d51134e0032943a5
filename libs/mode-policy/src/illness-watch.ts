import type { LaneDay } from './history.ts';
import { laneNumber, type LaneName } from './lane-kinds.ts';
import { daysBetween, lanesOf, newestDay, valueOn } from './baseline-series.ts';
import type { Draft } from './draft.ts';
import { nightPulses, type NightPulse } from './night-pulse.ts';
import type { Lane } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { bySource, settledUsual, zOf } from './usual.ts';

/** The parts of a day's score. All but steps are of the body. */
export type PartName = 'pulse' | 'root_steps' | 'temperature' | 'respiration' | 'ln_rmssd';

export type Part = { readonly name: PartName; readonly z: number };

export type JudgedDay = {
  readonly day: number;
  readonly score: number;
  readonly parts: readonly Part[];
};

const temperatureLanes: readonly LaneName[] = ['skin_temp', 'skin_deviation'];

/** Parts that are of the night of a day, or of the day before it. */
const shiftOf: Readonly<Partial<Record<LaneName, number>>> = { steps: 1, resting_day: 1 };

const partLanes: readonly LaneName[] = [
  'resting_night',
  'resting_day',
  'pulse_lowest',
  'pulse_sleep',
  'steps',
  'skin_temp',
  'skin_deviation',
  'respiration_sleep',
  'rmssd_sleep',
];

const shifts = new Map<number, number>(partLanes.map((name) => [laneNumber(name), shiftOf[name] ?? 0]));

/** The earliest day of the watch that these changes concern; Infinity: none. */
export function earliestConcerned(changed: readonly LaneDay[]): number {
  let earliest = Infinity;
  for (const { kind, day } of changed) {
    const shift = shifts.get(kind);
    if (shift !== undefined) earliest = Math.min(earliest, day + shift);
  }
  return earliest;
}

/**
 * Judges every day from `from` on that can be judged: as soon as its usual parts are there, or when it is past noon
 * (`lastOver`: the last day that is). A day that was judged is judged anew. Returns the judged days, oldest first.
 */
export function judgeDays(draft: Draft, from: number, lastOver: number, policy: PolicyValues): JudgedDay[] {
  const { days_back } = policy.thresholds.rules.illness_watch;
  const newest = newestPartDay(draft.lanes);
  const first = Math.max(from, newest - days_back);
  if (newest === -Infinity || first > newest) return [];
  const kept = draft.illness.filter(([day]) => day < first);
  const judged: JudgedDay[] = [];
  let [lastDay, last] = kept.at(-1) ?? [-Infinity, 0];
  for (let day = first; day <= newest; day += 1) {
    const parts = partsOf(draft.lanes, day, policy);
    const wasJudged = draft.illness.some(([one]) => one === day);
    if (!canJudge(parts, policy)) continue;
    if (!wasJudged && day > lastOver && !isComplete(draft.lanes, day, parts, policy)) continue;
    [lastDay, last] = [day, nextScore([lastDay, last], day, parts, policy)];
    kept.push([day, last]);
    judged.push({ day, score: last, parts });
  }
  draft.illness = withoutOld(kept, newest - days_back);
  return judged;
}

/** The score of a day after that of an earlier one, which is forgotten in time. */
function nextScore(
  [lastDay, last]: readonly [day: number, score: number],
  day: number,
  parts: readonly Part[],
  policy: PolicyValues,
): number {
  const { forgotten_after_days, memory, drift, score_at_most } = policy.thresholds.rules.illness_watch;
  const before = day - lastDay > forgotten_after_days ? 0 : last;
  const raised = Math.max(0, Math.min(score_at_most, memory * before + sumOf(parts, policy) - drift));
  return Math.round(raised * 1e3) / 1e3;
}

/**
 * The score that the last days would have if all of them belonged to a luteal phase, which raises pulse and temperature and
 * lowers the RMSSD (ADR 52). Infinity if the newest day lacks the pulse or the temperature: a phase shows in both.
 */
export function scoreBeyondCycle(
  { lanes, illness }: Pick<Draft, 'lanes' | 'illness'>,
  policy: PolicyValues,
): number {
  const { cycle } = policy.thresholds.usual;
  const shift = {
    pulse: cycle.pulse,
    temperature: cycle.temperature,
    ln_rmssd: Math.log(1 - cycle.rmssd_loss),
  };
  let score: readonly [day: number, score: number] = [-Infinity, 0];
  let names: readonly PartName[] = [];
  for (const [day] of illness) {
    const parts = partsOf(lanes, day, policy, shift);
    names = parts.map(({ name }) => name);
    score = [day, nextScore(score, day, parts, policy)];
  }
  return names.includes('pulse') && names.includes('temperature') ? score[1] : Infinity;
}

type Scores = readonly (readonly [day: number, score: number])[];

/** The days that may be judged anew, and the last one before them. */
function withoutOld(scores: Scores, first: number): Scores {
  const at = scores.findIndex(([day]) => day >= first);
  return at === -1 ? scores.slice(-1) : scores.slice(Math.max(0, at - 1));
}

/** The newest day if it has parts but waits for others; null: it was judged, or cannot be. */
export function waitingDay(
  { lanes, illness }: Pick<Draft, 'lanes' | 'illness'>,
  policy: PolicyValues,
): number | null {
  const newest = newestPartDay(lanes);
  if (newest === -Infinity || illness.some(([day]) => day === newest)) return null;
  return canJudge(partsOf(lanes, newest, policy), policy) ? newest : null;
}

/** The newest day that has a part of the body. */
function newestPartDay(lanes: readonly Lane[]): number {
  let newest = -Infinity;
  for (const lane of lanes) {
    const shift = shifts.get(lane[0]);
    if (shift !== undefined && lane[0] !== stepsKind) newest = Math.max(newest, newestDay(lane) + shift);
  }
  return newest;
}

const stepsKind = laneNumber('steps');

function sumOf(parts: readonly Part[], { thresholds }: PolicyValues): number {
  const { weights } = thresholds.rules.illness_watch;
  let sum = 0;
  let squares = 0;
  for (const { name, z } of parts) {
    sum += weights[name] * z;
    squares += weights[name] ** 2;
  }
  return sum / Math.sqrt(squares);
}

/** At least one part of the body, and two in all. */
function canJudge(parts: readonly Part[], { thresholds }: PolicyValues): boolean {
  const { parts_at_least } = thresholds.rules.illness_watch;
  return parts.length >= parts_at_least && parts.some(({ name }) => name !== 'root_steps');
}

/** Every part is there that the person had on most of the last days. */
function isComplete(
  lanes: readonly Lane[],
  day: number,
  parts: readonly Part[],
  policy: PolicyValues,
): boolean {
  return (Object.keys(policy.thresholds.rules.illness_watch.weights) as PartName[]).every(
    (name) => parts.some((part) => part.name === name) || !isUsual(lanes, name, day, policy),
  );
}

function isUsual(lanes: readonly Lane[], name: PartName, day: number, policy: PolicyValues): boolean {
  const { days_at_least, of_days } = policy.thresholds.rules.illness_watch.part;
  return lanesOfPart(lanes, name, day, policy).some(({ lane, shift }) => {
    const last = day - 1 - shift;
    return daysBetween(lane, last - of_days + 1, last) >= days_at_least;
  });
}

/**
 * The parts of a day, each of the first source that has a value and a settled usual.
 * @param shift By how much the usual is moved, in the units of the lanes.
 */
function partsOf(
  lanes: readonly Lane[],
  day: number,
  policy: PolicyValues,
  shift: Readonly<Partial<Record<PartName, number>>> = {},
): Part[] {
  const { z_at_most, weights } = policy.thresholds.rules.illness_watch;
  return (Object.keys(weights) as PartName[]).flatMap((name) => {
    for (const { lane, shift: days } of lanesOfPart(lanes, name, day, policy)) {
      const value = valueOn(lane, day - days);
      const usual = Number.isNaN(value) ? undefined : settledUsual(lane, day - days, policy);
      if (usual === undefined) continue;
      const z = zOf(value - (shift[name] ?? 0), usual);
      return [{ name, z: Math.max(-z_at_most, Math.min(z_at_most, z)) }];
    }
    return [];
  });
}

/** The lanes of a part in order of preference: a resting pulse before a lowest or a mean one, then the primary source. */
function lanesOfPart(
  lanes: readonly Lane[],
  name: PartName,
  day: number,
  policy: PolicyValues,
): readonly NightPulse[] {
  const plain = (lane: LaneName, shift: 0 | 1 = 0): NightPulse[] =>
    bySource(lanes, lane, day, policy).map((one) => ({ lane: one, shift }));
  switch (name) {
    case 'pulse':
      return nightPulses(lanes, day, policy).toSorted((a, b) => restingFirst(a) - restingFirst(b));
    case 'root_steps':
      return plain('steps', 1);
    case 'temperature':
      return temperatureLanes.flatMap((lane) => (lanesOf(lanes, lane).length === 0 ? [] : plain(lane)));
    case 'respiration':
      return plain('respiration_sleep');
    case 'ln_rmssd':
      return plain('rmssd_sleep');
  }
}

const resting = new Set([laneNumber('resting_night'), laneNumber('resting_day')]);

function restingFirst({ lane }: NightPulse): number {
  return resting.has(lane[0]) ? 0 : 1;
}
