import type { Context, MetricName, Statistic } from '@bridge/contracts';
import type { Range } from '../life/profile.ts';

type Values = Partial<Record<MetricName, Range>>;

type Kind = {
  /** The rule of the mode policy that must fire at the event that crosses. */
  readonly rule: string;
  readonly mode: 'reflex' | 'guardian';
  readonly eventType: string;
  readonly context: Context;
  readonly statistic?: Statistic;
  /** Past the enter threshold, by a margin and without reaching another rule's. */
  readonly over: Values;
  /** Beyond the leave threshold. */
  readonly calm: Values;
  /** Values are shares of the person's own. The rule needs a baseline: five nights before, of a device that measures it. */
  readonly shareOf?: 'rmssd';
};

/** The episodes that can be injected into a life. Ranges are in the metric dictionary's units. */
export const episodeKinds = {
  stress_overload: {
    rule: 'stress_overload',
    mode: 'reflex',
    eventType: 'readiness',
    context: 'rest',
    over: { hrv_rmssd: [21, 28], readiness_score: [45, 66] },
    calm: { hrv_rmssd: [40, 52], readiness_score: [80, 90] },
  },
  rmssd_drop: {
    rule: 'rmssd_drop',
    mode: 'reflex',
    eventType: 'sleep',
    context: 'sleep',
    statistic: 'average',
    shareOf: 'rmssd',
    over: { hrv_rmssd: [0.52, 0.6] },
    calm: { hrv_rmssd: [0.97, 1.02] },
  },
  high_pulse_at_rest: {
    rule: 'high_pulse',
    mode: 'reflex',
    eventType: 'heart_rate',
    context: 'rest',
    over: { heart_rate: [106, 124] },
    calm: { heart_rate: [60, 72] },
  },
  high_stress: {
    rule: 'high_stress',
    mode: 'reflex',
    eventType: 'stress',
    context: 'rest',
    over: { stress_level: [0.88, 0.97] },
    calm: { stress_level: [0.2, 0.5] },
  },
  low_spo2: {
    rule: 'news2_spo2',
    mode: 'reflex',
    eventType: 'spo2',
    context: 'rest',
    over: { spo2: [86, 90.5] },
    calm: { spo2: [96, 98] },
  },
  fast_breathing: {
    rule: 'news2_respiration',
    mode: 'reflex',
    eventType: 'respiration',
    context: 'rest',
    over: { respiratory_rate: [25.6, 30] },
    calm: { respiratory_rate: [13, 16] },
  },
  slow_pulse: {
    rule: 'news2_pulse',
    mode: 'reflex',
    eventType: 'heart_rate',
    context: 'rest',
    over: { heart_rate: [33, 38] },
    calm: { heart_rate: [58, 66] },
  },
  low_temperature: {
    rule: 'news2_temperature',
    mode: 'reflex',
    eventType: 'body_temperature',
    context: 'rest',
    over: { body_temperature: [34, 34.8] },
    calm: { body_temperature: [36.3, 36.8] },
  },
  low_recovery: {
    rule: 'low_recovery',
    mode: 'guardian',
    eventType: 'recovery',
    context: 'rest',
    over: { recovery_score: [14, 36] },
    calm: { recovery_score: [60, 80] },
  },
  tension: {
    rule: 'two_of_three',
    mode: 'guardian',
    eventType: 'stress',
    context: 'rest',
    over: { heart_rate: [83, 94], stress_level: [0.73, 0.82] },
    calm: { heart_rate: [60, 68], stress_level: [0.2, 0.5] },
  },
} as const satisfies Record<string, Kind>;

export type EpisodeKind = keyof typeof episodeKinds;

export function episodeKind(name: EpisodeKind): Kind {
  return episodeKinds[name];
}
