import { rounded, usualFigures } from './evidence.ts';
import type { Firing } from './rule.ts';
import { hasTwoSides, ruleNumber, type RuleName } from './rule-names.ts';
import type { PolicyValues } from './policy-values.ts';
import type { SeenMetric } from './slots.ts';
import type { Usual } from './usual.ts';
import type { View } from './view.ts';

export type Value = string | number;

/** A reading says that it is not over, or the person says that they are unwell. */
export type AlertNews = 'not_over' | 'unwell';

/** What the sentences of a rule name. */
export type RuleFacts = {
  readonly rule: RuleName;
  /** Its value is too low, where the rule has two sides. */
  readonly isLow: boolean;
  readonly values: Readonly<Record<string, Value>>;
  readonly usual: { readonly usual: number; readonly days: number } | null;
  /** Without a firing no value is known: what is said instead. */
  readonly news?: AlertNews;
};

/** Whether a rule with two sides fired on the low one. */
export function isLowSide(rule: RuleName, { on }: Pick<Firing, 'on'>, { thresholds }: PolicyValues): boolean {
  return hasTwoSides(rule) && on.value <= thresholds.rules[rule].low.to;
}

/** What a rule's sentences name. Without a firing that is only the side on which its open alert last fired. */
export function ruleFacts(
  rule: RuleName,
  firing: Firing | undefined,
  view: View,
  news: AlertNews = 'not_over',
): RuleFacts {
  const [first, second] = firing?.inputs ?? [];
  if (firing === undefined || first === undefined) {
    const number = ruleNumber(rule);
    const isLow = view.draft.alerts.some((one) => one.rule === number && one.isLow === 1);
    return { rule, isLow, values: {}, usual: null, news };
  }
  const { seen, threshold, usual } = first;
  const { metric } = seen;
  return {
    rule,
    isLow: isLowSide(rule, firing, view.policy),
    values: {
      value: rounded(seen.value, metric),
      source: view.draft.sources[seen.source] as string,
      ...(threshold !== undefined && { threshold: rounded(threshold, metric) }),
      ...(second !== undefined && { second: rounded(second.seen.value, second.seen.metric) }),
      ...firing.facts,
    },
    usual: usual === undefined ? null : spokenUsual(usual, metric),
  };
}

/** A sentence names no spread. */
function spokenUsual(given: Usual, metric: SeenMetric): NonNullable<RuleFacts['usual']> {
  const { usual, days } = usualFigures(given, metric);
  return { usual, days };
}
