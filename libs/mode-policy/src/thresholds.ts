import { modes, severities } from '@bridge/contracts';
import { z } from 'zod';
import { seenMetrics } from './slots.ts';

const unitMs = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Written as `10min`; read as milliseconds. */
const duration = z
  .string()
  .regex(/^\d{1,5}(s|min|h|d)$/, 'must be a number with s, min, h or d, such as 10min')
  .transform((text) => Number.parseInt(text, 10) * unitMs[text.replace(/\d+/, '') as keyof typeof unitMs]);

const number = z.number();
const positive = z.number().positive();
const share = z.number().min(0).max(1);
const days = (most: number) => z.int().min(1).max(most);

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
const bounds = <const K extends string>(...names: readonly K[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, number])) as Record<K, typeof number>);

const rules = z.strictObject({
  rmssd_drop: rule({
    enter: z.strictObject({ drop_above_ms: positive, drop_above_percent: positive }),
    leave: z.strictObject({ drop_to_ms: positive, drop_to_percent: positive }),
  }),
  high_pulse: rule({ enter: bounds('heart_rate_above'), leave: bounds('heart_rate_to') }),
  high_stress: rule({ enter: bounds('stress_level_above'), leave: bounds('stress_level_to') }),
  stress_overload: rule({
    enter: bounds('hrv_rmssd_below', 'readiness_score_below'),
    leave: bounds('hrv_rmssd_from', 'readiness_score_from'),
    /** Fixed, whatever the values. */
    confidence: share,
  }),
  news2_spo2: rule({ enter: bounds('spo2_to'), leave: bounds('spo2_from') }),
  news2_respiration: rule({
    enter: bounds('respiratory_rate_to', 'respiratory_rate_from'),
    leave: bounds('respiratory_rate_from', 'respiratory_rate_to'),
  }),
  news2_pulse: rule({
    enter: bounds('heart_rate_to', 'heart_rate_from'),
    asleep: z.strictObject({ below_baseline_mad: z.number().min(0), without_baseline_below: number }),
    leave: bounds('heart_rate_from', 'heart_rate_to'),
  }),
  news2_temperature: rule({ enter: bounds('body_temperature_to'), leave: bounds('body_temperature_from') }),
  low_recovery: rule({ enter: bounds('recovery_score_below'), leave: bounds('recovery_score_from') }),
  two_of_three: rule({
    enter: bounds('hrv_rmssd_below', 'heart_rate_above', 'stress_level_above'),
    leave: bounds('hrv_rmssd_from', 'heart_rate_to', 'stress_level_to'),
  }),
  strain: rule({
    enter: z.strictObject({
      days: days(14),
      of: days(14),
      within_days: days(14),
      resting_pulse_above_mad: z.number().min(0),
      ln_rmssd_below_sd: z.number().min(0),
    }),
  }),
  high_hrv_high_pulse: rule({
    enter: z.strictObject({ rmssd_above_baselines: z.number().min(1), heart_rate_above: number }),
    leave: z.strictObject({ rmssd_to_baselines: positive, heart_rate_to: number }),
  }),
  low_hrv_low_pulse: rule({
    enter: bounds('hrv_rmssd_below', 'heart_rate_below'),
    leave: bounds('hrv_rmssd_from', 'heart_rate_from'),
  }),
  devices_disagree: rule({
    pulse: z.strictObject({ apart_above: positive, within: duration }),
    rmssd: z.strictObject({ factor_from: z.number().gt(1) }),
    spo2: z.strictObject({ apart_from: positive, within: duration }),
  }),
});

/** The lowest band first; `to` is included. */
const bands = z.array(z.strictObject({ to: number, band: z.string().regex(/^[a-z][a-z_]{0,31}$/) })).max(8);

/** The shape of `config/neuros.yaml`, which explains each key. It holds every number that a decision depends on. */
export const thresholdsSchema = z.strictObject({
  policy_version: z.int().min(1),
  fresh_for: z.strictObject({
    heart_rate: duration,
    stress_level: duration,
    hrv: z.strictObject({ sleep: duration, otherwise: duration }),
    spo2: duration,
    respiratory_rate: duration,
    body_temperature: duration,
    resting_heart_rate: duration,
    readiness_score: duration,
    recovery_score: duration,
    sleep_score: duration,
    strain: duration,
  }),
  signals: z.strictObject({
    ahead_at_most: duration,
    pulse_over_at_most: duration,
    rest_after_activity: duration,
    daily_summary_from: duration,
  }),
  baselines: z.strictObject({
    /** More would not fit into a state. */
    window_days: days(28),
    days_at_least: days(28),
    readings_within: duration,
    band: z.strictObject({ nights: days(28), nights_at_least: days(28), sd: z.number().min(0) }),
  }),
  rules,
  switching: z.strictObject({
    stay: z.strictObject({ reflex: duration, guardian: duration, hypothesis: duration }),
    reflex_at_most: duration,
  }),
  hypotheses: z.strictObject({ life: duration, confirm_after: duration }),
  confidence: z.strictObject({ just_over: share, without_baseline: share, unmeasured: share }),
  patterns: z.strictObject({
    recurring: z.strictObject({
      times: z.int().min(2).max(12),
      within_days: days(84),
      part_hours: days(24),
    }),
    trend: z.strictObject({ nights: z.int().min(4).max(28), sd: z.number().min(0) }),
  }),
  vendor_bands: z.record(z.string(), z.partialRecord(z.enum(seenMetrics), bands)),
  alerts: z.partialRecord(z.enum(modes), z.enum(severities)),
});

export type Thresholds = z.output<typeof thresholdsSchema>;
export type Contrary = z.output<typeof contrary>[number];
