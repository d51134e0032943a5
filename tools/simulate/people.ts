/** A person who exists only for demonstrations. */
export type Person = {
  readonly userId: string;
  readonly source: 'oura' | 'whoop' | 'apple' | 'manual';
  /** Beats per minute at the calmest hour. */
  readonly restingPulse: number;
  /** Milliseconds, on a good day. */
  readonly rmssd: number;
  /** The hour of day, 0 to 24, at which the pulse is lowest. */
  readonly calmestHour: number;
  /** The share of the time spent in stress, 0 to 1. */
  readonly stressShare: number;
};

export const people: readonly Person[] = [
  { userId: 'demo_ada', source: 'oura', restingPulse: 54, rmssd: 68, calmestHour: 3, stressShare: 0.15 },
  { userId: 'demo_bela', source: 'whoop', restingPulse: 48, rmssd: 92, calmestHour: 4, stressShare: 0.05 },
  { userId: 'demo_chidi', source: 'apple', restingPulse: 63, rmssd: 45, calmestHour: 2, stressShare: 0.3 },
  { userId: 'demo_dana', source: 'oura', restingPulse: 58, rmssd: 52, calmestHour: 5, stressShare: 0 },
  { userId: 'demo_emil', source: 'manual', restingPulse: 70, rmssd: 38, calmestHour: 3, stressShare: 0.45 },
];
