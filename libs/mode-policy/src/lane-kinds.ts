import type { SeenMetric } from './slots.ts';

/** How the values of a lane are written: as whole steps from a least value. A code takes two characters of a state. */
export type Scale = {
  readonly least: number;
  readonly step: number;
  /** Codes that are counted together when a day has many values; half of it stays within 2 % of a value. */
  readonly bucket: number;
};

const pulse: Scale = { least: 20, step: 0.05, bucket: 40 };
const lnRmssd: Scale = { least: 0, step: 0.001, bucket: 30 };
const respiration: Scale = { least: 0, step: 0.01, bucket: 25 };
const oxygen: Scale = { least: 50, step: 0.01, bucket: 50 };
const temperature: Scale = { least: 15, step: 0.01, bucket: 10 };
const deviation: Scale = { least: -10, step: 0.01, bucket: 10 };
const rootSteps: Scale = { least: 0, step: 0.1, bucket: 10 };
const score: Scale = { least: 0, step: 0.1, bucket: 10 };

export type LaneKind = {
  readonly name: LaneName;
  readonly metric: SeenMetric;
  readonly scale: Scale;
  /** Days before the newest that are kept. */
  readonly keep: number;
  readonly spread: 'ln_rmssd' | 'pulse' | 'respiration' | 'spo2' | 'temperature' | 'root_steps' | undefined;
};

export type LaneName =
  | 'pulse_rest'
  | 'pulse_sleep'
  | 'pulse_lowest'
  | 'resting_night'
  | 'resting_day'
  | 'rmssd_sleep'
  | 'rmssd_rest'
  | 'respiration_sleep'
  | 'spo2_sleep'
  | 'skin_temp'
  | 'skin_deviation'
  | 'steps'
  | 'readiness'
  | 'recovery';

/** Slow rules look back so far: 46 days before a day that is up to 8 days old. */
const slow = 54;
/** The usual of a day or two ago. */
const month = 31;
/** "Again" looks at the days before. */
const few = 4;

const of = (
  name: LaneName,
  metric: SeenMetric,
  scale: Scale,
  keep: number,
  spread?: LaneKind['spread'],
): LaneKind => ({ name, metric, scale, keep, spread });

/** A lane holds a person's daily values of one kind from one source. The order is part of a state's format. */
const laneKinds: readonly LaneKind[] = [
  of('pulse_rest', 'heart_rate', pulse, month, 'pulse'),
  of('pulse_sleep', 'heart_rate', pulse, slow, 'pulse'),
  of('pulse_lowest', 'heart_rate', pulse, slow, 'pulse'),
  of('resting_night', 'resting_heart_rate', pulse, slow, 'pulse'),
  of('resting_day', 'resting_heart_rate', pulse, slow, 'pulse'),
  of('rmssd_sleep', 'hrv_rmssd', lnRmssd, slow, 'ln_rmssd'),
  of('rmssd_rest', 'hrv_rmssd', lnRmssd, month, 'ln_rmssd'),
  of('respiration_sleep', 'respiratory_rate', respiration, slow, 'respiration'),
  of('spo2_sleep', 'spo2', oxygen, month, 'spo2'),
  of('skin_temp', 'skin_temp', temperature, slow, 'temperature'),
  of('skin_deviation', 'skin_temp_deviation', deviation, slow, 'temperature'),
  of('steps', 'steps', rootSteps, slow, 'root_steps'),
  of('readiness', 'readiness_score', score, few),
  of('recovery', 'recovery_score', score, few),
];

const numbers = new Map<LaneName, number>(laneKinds.map(({ name }, index) => [name, index]));

export function laneNumber(name: LaneName): number {
  return numbers.get(name) as number;
}

export function laneKind(number: number): LaneKind {
  return laneKinds[number] as LaneKind;
}

/** Kinds whose usual is worth telling: the others of a night come with them. */
export const toldLanes: readonly LaneName[] = [
  'rmssd_sleep',
  'rmssd_rest',
  'resting_night',
  'resting_day',
  'pulse_sleep',
  'steps',
];

export const toldMetrics: readonly SeenMetric[] = [
  ...new Set(toldLanes.map((name) => laneKind(laneNumber(name)).metric)),
];
