import { confidenceAt, enters, leaves, type Boundary } from '../boundary.ts';
import { defineRule, needingAll, type Rule, type RuleBase } from '../rule.ts';
import type { SeenMetric } from '../slots.ts';

type Base = Omit<RuleBase, 'metrics'> & { readonly justOver: number };

/** One metric that is out of bounds on any side; the rule leaves when it is back on all sides. */
export function outOfBounds(base: Base, metric: SeenMetric, bounds: readonly Boundary[]): Rule {
  return defineRule({ ...base, metrics: [metric] }, (view) => {
    const seen = view.see(metric);
    if (seen === undefined) return undefined;
    return {
      ...needingAll([seen]),
      enters: bounds.some((bound) => enters(bound, seen.value)),
      leaves: bounds.every((bound) => leaves(bound, seen.value)),
      confidence: Math.max(...bounds.map((bound) => confidenceAt(bound, seen.value, base.justOver))),
    };
  });
}

/** Two metrics that are out of bounds together; the rule leaves when either is back. The lesser confidence counts. */
export function bothOutOfBounds(
  base: Base & { readonly confidence?: number },
  [first, firstBound]: readonly [SeenMetric, Boundary],
  [second, secondBound]: readonly [SeenMetric, Boundary],
): Rule {
  return defineRule({ ...base, metrics: [first, second] }, (view) => {
    const a = view.see(first);
    const b = view.see(second);
    if (a === undefined || b === undefined) return undefined;
    return {
      ...needingAll([a, b]),
      enters: enters(firstBound, a.value) && enters(secondBound, b.value),
      leaves: leaves(firstBound, a.value) || leaves(secondBound, b.value),
      confidence:
        base.confidence ??
        Math.min(
          confidenceAt(firstBound, a.value, base.justOver),
          confidenceAt(secondBound, b.value, base.justOver),
        ),
    };
  });
}
