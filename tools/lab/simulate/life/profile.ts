/** The sources that the simulator plays. */
export type SimulatedSource = 'oura' | 'whoop' | 'apple' | 'manual';

export type Range = readonly [low: number, high: number];

/** A kind of person. Ranges: each person draws a trait of their own from them. */
export type Profile = {
  readonly devices: readonly [SimulatedSource, ...SimulatedSource[]];
  /** Beats per minute, as a vendor determines it. */
  readonly restingPulse: Range;
  /** Milliseconds, on an ordinary night. */
  readonly rmssd: Range;
  /** Local hour of going to sleep on a weekday; above 24 is after midnight. */
  readonly bedHour: Range;
  readonly sleepHours: Range;
  /** Minutes east of UTC at home; each person draws one. */
  readonly homeOffsets: readonly number[];
  /** Weekdays with a workout, 0 is Monday. */
  readonly trainingDays: readonly number[];
  /** How often a watch takes the pulse. */
  readonly pulseEveryMinutes: number;
  readonly illnessesPerYear: number;
  readonly journeysPerYear: number;
  /** Spans of hours in which a device is off, or out of reach and syncs late. Per device. */
  readonly gapsPerWeek: number;
};

const somebody: Profile = {
  devices: ['oura', 'apple'],
  restingPulse: [52, 62],
  rmssd: [44, 78],
  bedHour: [22.2, 23.8],
  sleepHours: [7, 8.3],
  homeOffsets: [-480, -300, 0, 60, 120, 330, 345, 540],
  trainingDays: [1, 3, 5],
  pulseEveryMinutes: 30,
  illnessesPerYear: 0,
  journeysPerYear: 2,
  gapsPerWeek: 0.5,
};

/** People in whom nothing is wrong: no rule of the policy has a reason to fire. */
export const healthyProfiles = {
  ring: { ...somebody, devices: ['oura'] },
  watch: { ...somebody, devices: ['apple'] },
  ringAndWatch: somebody,
  athlete: {
    ...somebody,
    devices: ['whoop', 'apple'],
    restingPulse: [47, 53],
    rmssd: [62, 85],
    trainingDays: [0, 1, 3, 4, 5],
  },
  diarist: { ...somebody, devices: ['whoop', 'manual'], trainingDays: [2] },
  traveller: { ...somebody, journeysPerYear: 13, gapsPerWeek: 2 },
} as const satisfies Record<string, Profile>;

/** Somebody who falls ill about every second month. */
export const frail: Profile = { ...somebody, illnessesPerYear: 6, trainingDays: [2] };
