import { hash } from 'node:crypto';
import type { Mode, Severity } from '@bridge/contracts';
import { canonicalJson } from './canonical-json.ts';
import type { Rule } from './rule.ts';
import { createRules } from './rules/all-rules.ts';
import { needsRest, slots, type Slot } from './slots.ts';
import { ruleSetSchema, type Thresholds } from './thresholds.ts';

export { ruleSetSchema };

/** Thresholds under the name that decisions give them, with what follows from them. */
export type RuleSet = {
  /** SHA-256 of the canonical thresholds, 64 hex digits: comments and order of keys do not count. */
  readonly hash: string;
  readonly policyVersion: number;
  readonly thresholds: Thresholds;
  /** In the order of the policy's table, so that the modes of highest priority come first. */
  readonly rules: readonly Rule[];
  readonly severityOf: (mode: Mode) => Severity | undefined;
  /** Minimum stay in ms; 0 for pattern. */
  readonly stayIn: (mode: Mode) => number;
  /** How long a signal of a slot is fresh, in ms. */
  readonly freshFor: (slot: number) => number;
  /** The longest of those that count at rest only. */
  readonly freshAtRest: number;
  /** Of all. */
  readonly freshLongest: number;
  /** Days that a lane keeps beside its newest. */
  readonly keptDays: number;
};

export function createRuleSet(thresholds: Thresholds): RuleSet {
  const fresh = slots.map((slot) => freshFor(slot, thresholds));
  const { stay } = thresholds.switching;
  return {
    hash: hash('sha256', canonicalJson(thresholds), 'hex'),
    policyVersion: thresholds.policy_version,
    thresholds,
    rules: createRules(thresholds),
    severityOf: (mode) => thresholds.alerts[mode],
    stayIn: (mode) => (mode === 'pattern' ? 0 : stay[mode]),
    freshFor: (slot) => fresh[slot] ?? 0,
    freshAtRest: Math.max(...fresh.filter((_, slot) => isAtRestOnly(slots[slot]))),
    freshLongest: Math.max(...fresh),
    keptDays: thresholds.baselines.window_days + thresholds.rules.strain.enter.within_days,
  };
}

function freshFor({ metric, context }: Slot, { fresh_for }: Thresholds): number {
  if (metric !== 'hrv_rmssd' && metric !== 'hrv_sdnn') return fresh_for[metric];
  return context === 'sleep' ? fresh_for.hrv.sleep : fresh_for.hrv.otherwise;
}

function isAtRestOnly(slot: Slot | undefined): boolean {
  return slot !== undefined && needsRest(slot.metric);
}
