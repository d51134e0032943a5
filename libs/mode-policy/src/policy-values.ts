import { hash } from 'node:crypto';
import type { Mode, Severity } from '@bridge/contracts';
import { canonicalJson } from './canonical-json.ts';
import { needsRest, slots, type Slot } from './slots.ts';
import type { Thresholds } from './thresholds.ts';

/** The thresholds under the hash that decisions name, with the values that follow from them. */
export type PolicyValues = {
  /** SHA-256 of the canonical thresholds, 64 hex digits: comments and the order of keys do not count. */
  readonly hash: string;
  readonly policyVersion: number;
  readonly thresholds: Thresholds;
  readonly severityOf: (mode: Mode) => Severity | undefined;
  /** Minimum stay in ms; 0 for pattern. */
  readonly stayIn: (mode: Mode) => number;
  /** How long a signal of a slot is fresh, in ms. */
  readonly freshFor: (slot: number) => number;
  /** The longest of those that count at rest only. */
  readonly freshAtRest: number;
  /** Days that a baseline series keeps beside its newest. */
  readonly keptDays: number;
};

export function createPolicyValues(thresholds: Thresholds): PolicyValues {
  const fresh = slots.map((slot) => freshFor(slot, thresholds));
  const { stay } = thresholds.switching;
  return {
    hash: hash('sha256', canonicalJson(thresholds), 'hex'),
    policyVersion: thresholds.policy_version,
    thresholds,
    severityOf: (mode) => thresholds.alerts[mode],
    stayIn: (mode) => (mode === 'pattern' ? 0 : stay[mode]),
    freshFor: (slot) => fresh[slot] ?? 0,
    freshAtRest: Math.max(...fresh.filter((_, slot) => isAtRestOnly(slots[slot]))),
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
