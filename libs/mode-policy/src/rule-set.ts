import { createPolicyValues, type PolicyValues } from './policy-values.ts';
import type { Unit } from './rule.ts';
import { createUnits } from './rules/all-units.ts';
import type { Texts } from './texts-schema.ts';
import type { RulesFile } from './thresholds.ts';

/** Everything that a decision is made by: the values of a rules file, and the rules built from them. */
export type RuleSet = PolicyValues & {
  /** The parts of the rules, by number: in the order of the policy's table. */
  readonly units: readonly Unit[];
};

export function createRuleSet(file: RulesFile, translations: Readonly<Record<string, Texts>> = {}): RuleSet {
  return { ...createPolicyValues(file, translations), units: createUnits(file) };
}
