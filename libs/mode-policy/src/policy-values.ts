import { hash } from 'node:crypto';
import type { Mode } from '@bridge/contracts';
import { canonicalJson } from './canonical-json.ts';
import { dailyFlag, hasFlag } from './flags.ts';
import type { SeenMetric } from './slots.ts';
import { policyVersion, type RulesFile, type Thresholds } from './thresholds.ts';
import type { Texts } from './texts-schema.ts';

/** The thresholds under the hash that decisions name, with the values that follow from them. */
export type PolicyValues = {
  /** SHA-256 of the canonical thresholds, 64 hex digits: comments, texts and the order of keys do not count. */
  readonly hash: string;
  /** SHA-256 of thresholds and texts: differs whenever a reload changes anything. */
  readonly contentHash: string;
  readonly policyVersion: number;
  readonly thresholds: Thresholds;
  /** By language. */
  readonly texts: Readonly<Record<string, Texts>>;
  /** Minimum stay in ms; 0 for pattern. */
  readonly stayIn: (mode: Mode) => number;
  /** How long a signal can fire a rule, in ms. */
  readonly firesFor: (metric: SeenMetric, flags: number) => number;
  /** How long a signal holds a rule, in ms. */
  readonly holdsFor: (metric: SeenMetric, flags: number) => number;
};

export function createPolicyValues(
  { texts, ...numbers }: RulesFile,
  translations: Readonly<Record<string, Texts>> = {},
): PolicyValues {
  const thresholds: Thresholds = numbers;
  const decisive = { ...numbers, policy_version: policyVersion };
  const { stay } = thresholds.switching;
  const { fresh_for: fresh } = thresholds;
  const { daily } = fresh;
  const all = { ...(texts && { en: texts }), ...translations };
  const live: Partial<Record<SeenMetric, number>> = {
    heart_rate: fresh.heart_rate,
    stress_level: fresh.stress_level,
    spo2: fresh.spo2,
    respiratory_rate: fresh.respiratory_rate,
    body_temperature: fresh.body_temperature,
    hrv_rmssd: fresh.hrv,
    hrv_sdnn: fresh.hrv,
  };
  return {
    hash: hash('sha256', canonicalJson(decisive), 'hex'),
    contentHash: hash('sha256', canonicalJson({ decisive, all }), 'hex'),
    policyVersion,
    thresholds,
    texts: all,
    stayIn: (mode) => (mode === 'pattern' ? 0 : stay[mode]),
    firesFor: (metric, flags) => (hasFlag(flags, dailyFlag) ? daily.to_fire : (live[metric] as number)),
    holdsFor: (metric, flags) => (hasFlag(flags, dailyFlag) ? daily.to_hold : (live[metric] as number)),
  };
}
