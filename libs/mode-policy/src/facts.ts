import { rounded } from './evidence.ts';
import type { Firing } from './rule.ts';
import type { RuleName } from './rule-names.ts';
import type { View } from './view.ts';

export type Value = string | number;

/** What the sentences of a rule name. */
export type RuleFacts = {
  readonly rule: RuleName;
  /** Its value is too low, where the rule has two sides. */
  readonly isLow: boolean;
  readonly values: Readonly<Record<string, Value>>;
  readonly usual: { readonly usual: number; readonly days: number } | null;
};

/** What a rule's sentences name; without a firing, as when an alert ends, there is nothing to name. */
export function ruleFacts(rule: RuleName, firing: Firing | undefined, view: View): RuleFacts {
  const [first, second] = firing?.inputs ?? [];
  if (first === undefined) return { rule, isLow: false, values: {}, usual: null };
  const { seen, threshold, usual } = first;
  const { metric } = seen;
  const isLow = threshold !== undefined && seen.value <= threshold;
  return {
    rule,
    isLow,
    values: {
      value: rounded(seen.value, metric),
      source: view.draft.sources[seen.source] as string,
      ...(threshold !== undefined && { threshold: rounded(threshold, metric) }),
      ...(second !== undefined && { second: rounded(second.seen.value, second.seen.metric) }),
      ...firing?.facts,
    },
    usual:
      usual === undefined
        ? null
        : {
            usual: rounded(metric === 'hrv_rmssd' ? Math.exp(usual.centre) : usual.centre, metric),
            days: usual.days,
          },
  };
}
