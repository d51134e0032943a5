import { z } from 'zod';
import { days, duration, number, positive, share } from './threshold-types.ts';
import { seenMetrics } from './slots.ts';

/** A signal that speaks against a rule. */
const contrary = z
  .array(
    z.union([
      z.strictObject({ metric: z.enum(seenMetrics), above: number }),
      z.strictObject({ metric: z.enum(seenMetrics), below: number }),
    ]),
  )
  .max(8)
  .default([]);

const rule = <T extends z.ZodRawShape>(shape: T) => z.strictObject({ ...shape, contrary });

const low = z.strictObject({ to: number, leave_from: number });
const high = z.strictObject({ from: number, leave_to: number });
const points = z
  .array(z.strictObject({ to: number, points: z.int().min(0).max(3) }))
  .min(1)
  .max(12);
const rmssdAndPulse = {
  rmssd_above: positive,
  pulse_above: positive,
  leave_rmssd_to: positive,
  leave_pulse_to: positive,
};

const reflexRules = {
  pulse_high: rule({ critical_from: number, leave_below_t: positive }),
  pulse_low: rule({
    to: number,
    below_usual: positive,
    spreads: positive,
    without_usual_to: number,
    critical_to: number,
    leave_above_l: positive,
  }),
  spo2_low: rule({ live: low, night: low, scale_2: low }),
  respiration: rule({ low, high }),
  temperature: rule({ low, fever: high, high }),
  news2_partial: rule({
    guardian_from: z.int().min(1).max(20),
    reflex_from: z.int().min(1).max(20),
    items_at_least: z.int().min(1).max(4),
    within: duration,
    unconfirmed_at_most: z.int().min(0).max(3),
    respiration: points,
    spo2: points,
    spo2_scale_2: points,
    pulse: points,
    temperature: points,
  }),
  stress_high: rule({ above: number, leave_to: number }),
  stress_overload: rule({
    readiness_below: number,
    leave_readiness_from: number,
    /** Fixed, whatever the values. */
    confidence: share,
  }),
  rmssd_drop: rule({
    z_to: number,
    percent_from: positive,
    warning_z_to: number,
    leave_z_from: number,
    leave_percent_to: positive,
  }),
};

const guardianRules = {
  two_of_three: rule({
    heart_rate_below_t: z.number().min(0),
    leave_heart_rate_below_t: z.number().min(0),
    stress_level_above: number,
    leave_stress_level_to: number,
  }),
  recovery_low: rule({ below: number, leave_from: number, info_days: days(3), warning_days: days(3) }),
  strain: rule({
    nights: days(28),
    nights_at_least: days(28),
    reference: z.strictObject({ from_day: days(54), to_day: days(54), days_at_least: days(54) }),
    sum_from: positive,
    each_from: positive,
    warning_sum_from: positive,
    leave_sum_below: positive,
    leave_one_below: positive,
  }),
  illness_watch: rule({
    weights: z.strictObject({
      pulse: number,
      root_steps: number,
      temperature: number,
      respiration: number,
      ln_rmssd: number,
    }),
    z_at_most: positive,
    part: z.strictObject({ days_at_least: days(28), of_days: days(28) }),
    parts_at_least: z.int().min(1).max(5),
    judged_at_hour: z.int().min(0).max(23),
    memory: share,
    drift: positive,
    score_at_most: positive,
    forgotten_after_days: days(28),
    /** More would need more days than a state keeps. */
    days_back: days(8),
    above: positive,
    warning_above: positive,
    leave_below: positive,
  }),
};

const hypothesisRules = {
  hrv_and_pulse_high: rule({ ...rmssdAndPulse, without_usual: z.strictObject(rmssdAndPulse) }),
  hrv_and_pulse_low: rule({
    rmssd_below: number,
    heart_rate_below: number,
    leave_rmssd_from: number,
    leave_heart_rate_from: number,
  }),
  pulse_irregular: rule({
    readings_at_least: z.int().min(3).max(12),
    within: duration,
    above: positive,
    leave_to: positive,
  }),
  pulse_unexplained: rule({
    above_t: positive,
    readings_at_least: z.int().min(2).max(1_000),
    over: duration,
    apart_at_most: duration,
    refuted_apart: duration,
  }),
  devices_disagree: rule({ z_apart_from: positive, leave_z_apart_to: positive }),
};

export const ruleThresholds = z.strictObject({ ...reflexRules, ...guardianRules, ...hypothesisRules });

export type Contrary = z.output<typeof contrary>[number];
