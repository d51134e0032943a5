import { createHash } from 'node:crypto';
import { modes, severities, type Mode, type Severity } from '@bridge/contracts';
import { z } from 'zod';

const duration = z
  .string()
  .regex(/^\d+(s|min|h|d)$/, 'must be a number with s, min, h or d, such as 10min')
  .transform((text) => Number.parseInt(text, 10) * (unitMs[text.replace(/\d+/, '')] ?? 0));

const unitMs: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Freshness depends on whether the value belongs to a night. */
const freshness = z.strictObject({ sleep: duration, otherwise: duration });

/** The shape of `config/neuros.yaml`; every number that decides is in it. */
export const ruleSetSchema = z
  .strictObject({
    policy_version: z.int().min(1),
    /** Milliseconds after the time of measurement. */
    fresh_for: z.strictObject({ hrv_rmssd: freshness, readiness_score: freshness }),
    rules: z.strictObject({
      stress_overload: z.strictObject({
        enter: z.strictObject({
          hrv_rmssd_below: z.number().min(1),
          readiness_score_below: z.number().min(1),
        }),
        leave: z.strictObject({ hrv_rmssd_from: z.number().min(1), readiness_score_from: z.number().min(1) }),
        /** 0 to 1. */
        confidence: z.number().min(0).max(1),
      }),
    }),
    alerts: z.partialRecord(z.enum(modes), z.enum(severities)),
  })
  .check(({ value, issues }) => {
    const { enter, leave } = value.rules.stress_overload;
    const path = ['rules', 'stress_overload', 'leave'];
    if (leave.hrv_rmssd_from < enter.hrv_rmssd_below) {
      issues.push({
        code: 'custom',
        input: leave,
        path,
        message: 'hrv_rmssd_from must not be below the enter threshold',
      });
    }
    if (leave.readiness_score_from < enter.readiness_score_below) {
      issues.push({
        code: 'custom',
        input: leave,
        path,
        message: 'readiness_score_from must not be below the enter threshold',
      });
    }
  });

export type Thresholds = z.output<typeof ruleSetSchema>;

/** Thresholds under the name that decisions give them. */
export type RuleSet = {
  /** SHA-256 of the canonical thresholds, 64 hex digits: comments and order of keys do not count. */
  readonly hash: string;
  readonly policyVersion: number;
  readonly thresholds: Thresholds;
  readonly severityOf: (mode: Mode) => Severity | undefined;
};

export function createRuleSet(thresholds: Thresholds): RuleSet {
  return {
    hash: createHash('sha256').update(canonicalJson(thresholds)).digest('hex'),
    policyVersion: thresholds.policy_version,
    thresholds,
    severityOf: (mode) => thresholds.alerts[mode],
  };
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
