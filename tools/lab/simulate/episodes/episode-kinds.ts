import type { Context, MetricName, Statistic } from '@bridge/contracts';

export type Range = readonly [low: number, high: number];

type Values = Partial<Record<MetricName, Range>>;

type Kind = {
  /** The rule of the mode policy that must fire at the event that crosses. */
  readonly rule: string;
  /** The reading that crosses: a live vital sign is confirmed by a second one. 1 unless given. */
  readonly confirmedBy?: 2;
  readonly eventType: string;
  readonly context: Context;
  readonly statistic?: Statistic;
  /** Past the enter threshold, by a margin and without reaching another rule's. */
  readonly over: Values;
  /** Beyond the leave threshold. */
  readonly calm: Values;
  /** The RMSSD is a share of the person's own. The rule needs five nights before, of a device that measures it. */
  readonly shareOf?: 'rmssd';
};

/** The episodes that can be injected into a life. Ranges are in the metric dictionary's units. */
export const episodeKinds = {
  stress_overload: {
    rule: 'stress_overload',
    eventType: 'sleep',
    context: 'sleep',
    statistic: 'average',
    shareOf: 'rmssd',
    over: { hrv_rmssd: [0.3, 0.36], readiness_score: [45, 66] },
    calm: { hrv_rmssd: [0.97, 1.02], readiness_score: [80, 90] },
  },
  rmssd_drop: {
    rule: 'rmssd_drop',
    eventType: 'sleep',
    context: 'sleep',
    statistic: 'average',
    shareOf: 'rmssd',
    over: { hrv_rmssd: [0.3, 0.36] },
    calm: { hrv_rmssd: [0.97, 1.02] },
  },
  high_pulse_at_rest: {
    rule: 'pulse_high',
    confirmedBy: 2,
    eventType: 'heart_rate',
    context: 'rest',
    over: { heart_rate: [123, 129] },
    calm: { heart_rate: [60, 72] },
  },
  high_stress: {
    rule: 'stress_high',
    eventType: 'stress',
    context: 'rest',
    over: { stress_level: [0.88, 0.97] },
    calm: { stress_level: [0.2, 0.5] },
  },
  low_spo2: {
    rule: 'spo2_low',
    confirmedBy: 2,
    eventType: 'spo2',
    context: 'rest',
    over: { spo2: [86, 90.5] },
    calm: { spo2: [96, 98] },
  },
  fast_breathing: {
    rule: 'respiration',
    confirmedBy: 2,
    eventType: 'respiration',
    context: 'rest',
    over: { respiratory_rate: [25.6, 30] },
    calm: { respiratory_rate: [13, 16] },
  },
  slow_pulse: {
    rule: 'pulse_low',
    confirmedBy: 2,
    eventType: 'heart_rate',
    context: 'rest',
    over: { heart_rate: [26, 28] },
    calm: { heart_rate: [58, 66] },
  },
  low_temperature: {
    rule: 'temperature',
    eventType: 'body_temperature',
    context: 'rest',
    over: { body_temperature: [34, 34.8] },
    calm: { body_temperature: [36.3, 36.8] },
  },
  low_recovery: {
    rule: 'recovery_low',
    eventType: 'recovery',
    context: 'rest',
    over: { recovery_score: [14, 30] },
    calm: { recovery_score: [60, 80] },
  },
  tension: {
    rule: 'two_of_three',
    confirmedBy: 2,
    eventType: 'stress',
    context: 'rest',
    over: { heart_rate: [117, 121], stress_level: [0.73, 0.82] },
    calm: { heart_rate: [60, 68], stress_level: [0.2, 0.5] },
  },
} as const satisfies Record<string, Kind>;

export type EpisodeKind = keyof typeof episodeKinds;

export function episodeKind(name: EpisodeKind): Kind {
  return episodeKinds[name];
}
