import { createPolicyValues, type PolicyValues } from './policy-values.ts';
import type { Rule } from './rule.ts';
import { createRules } from './rules/all-rules.ts';
import type { Thresholds } from './thresholds.ts';

/** Everything that a decision is made by: the values of a rules file, and the rules built from them. */
export type RuleSet = PolicyValues & {
  /** In the order of the policy's table, so that the modes of highest priority come first. */
  readonly rules: readonly Rule[];
};

export function createRuleSet(thresholds: Thresholds): RuleSet {
  return { ...createPolicyValues(thresholds), rules: createRules(thresholds) };
}
