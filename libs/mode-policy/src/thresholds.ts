import { z } from 'zod';
import { ruleThresholds } from './rule-thresholds.ts';
import { seenMetrics } from './slots.ts';
import { textsSchema, type Texts } from './texts-schema.ts';
import { days, duration, number, positive, share } from './threshold-types.ts';

export type { Contrary } from './rule-thresholds.ts';

/** The policy that this code implements. */
export const policyVersion = 3;

const limit = z.strictObject({ at_least: positive, at_most: positive, without_usual: positive });

const usual = z.strictObject({
  window_days: days(28),
  days_at_least: days(28),
  settled: z.strictObject({ from_day: days(46), to_day: days(46), days_at_least: days(46) }),
  primary_days: days(28),
  cycle: z.strictObject({ pulse: positive, temperature: positive, rmssd_loss: z.number().min(0).max(0.5) }),
  spread: z.strictObject({
    ln_rmssd: positive,
    pulse: positive,
    respiration: positive,
    spo2: positive,
    temperature: positive,
    root_steps: positive,
  }),
  low_rmssd: z.strictObject({
    z_to: number,
    over_z_from: number,
    without_usual_below: number,
    over_without_usual_from: number,
  }),
  pulse_limit: z.strictObject({ above_usual: positive, awake: limit, asleep: limit }),
});

const confirmation = z.strictObject({
  apart_from: duration,
  within: z.strictObject({ heart_rate: duration, spo2: duration, respiratory_rate: duration }),
  leave_apart_from: duration,
  veto: z.strictObject({
    within: duration,
    heart_rate_above: positive,
    spo2_above: positive,
    lasts: duration,
  }),
  remembered: z.strictObject({ readings: z.int().min(2).max(12), apart: duration, within: duration }),
});

const context = z.strictObject({
  active_after: duration,
  steps: z.strictObject({ from: positive, within: duration }),
  exertion: z.strictObject({ above_t: positive, lasts: duration }),
  rest_after_answer: duration,
});

const clocks = z.strictObject({
  ahead_at_most: duration,
  step: duration,
  within: duration,
  ahead_to: duration,
  behind: z.strictObject({ from: duration, to: duration, apart: duration }),
});

const patterns = z.strictObject({
  recurring: z.strictObject({
    times: z.int().min(2).max(12),
    within_days: days(84),
    part_hours: days(24),
  }),
  band: z.strictObject({ nights: days(28), nights_at_least: days(28), sd: z.number().min(0) }),
  trend: z.strictObject({ nights: z.int().min(4).max(28), sd: z.number().min(0) }),
  weekly_cv: z.strictObject({ above_percent: positive, nights_at_least: days(7) }),
});

/** The lowest band first; `to` is included. */
const bands = z.array(z.strictObject({ to: number, band: z.string().regex(/^[a-z][a-z_]{0,31}$/) })).max(8);

/** The shape of `config/neuros.yaml`, which explains each key. It holds every number that a decision depends on. */
export const thresholdsSchema = z.strictObject({
  policy_version: z.literal(policyVersion, `must be ${policyVersion}, the version of this code`).optional(),
  fresh_for: z.strictObject({
    heart_rate: duration,
    stress_level: duration,
    spo2: duration,
    respiratory_rate: duration,
    body_temperature: duration,
    hrv: duration,
    daily: z.strictObject({ to_fire: duration, to_hold: duration }),
  }),
  signals: z.strictObject({
    night_from: duration,
    mean_at_most: duration,
    sustained_from: duration,
    daily_from: duration,
    history: duration,
    readings_within: duration,
  }),
  context,
  clocks,
  confirmation,
  usual,
  profile: z.strictObject({ adult_from: z.int().min(0).max(30) }),
  rules: ruleThresholds,
  switching: z.strictObject({
    stay: z.strictObject({ reflex: duration, guardian: duration, hypothesis: duration }),
    reflex_at_most: duration,
  }),
  hypotheses: z.strictObject({
    life: z.strictObject({ live: duration, night: duration, pulse_unexplained: duration }),
    silence: z.strictObject({ live: duration, otherwise: duration }),
  }),
  alerts: z.strictObject({
    reopen_within: duration,
    life: z.strictObject({ live: duration, night: duration, slow: duration }),
  }),
  confidence: z.strictObject({
    just_over: share,
    full_at: positive,
    without_usual: share,
    several_inputs: share,
    unmeasured: share,
  }),
  patterns,
  vendor_bands: z.record(z.string(), z.partialRecord(z.enum(seenMetrics), bands)),
  texts: textsSchema,
});

/** The numbers of a rules file. */
export type Thresholds = Omit<z.output<typeof thresholdsSchema>, 'texts'>;

/** A rules file; a recorded one has no texts any more. */
export type RulesFile = Thresholds & { readonly texts?: Texts | undefined };
