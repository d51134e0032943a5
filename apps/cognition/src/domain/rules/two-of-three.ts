import { above, below, confidenceAt, enters, leaves } from '../boundary.ts';
import { defineRule, type Rule } from '../rule.ts';
import type { SeenMetric } from '../slots.ts';
import type { Thresholds } from '../thresholds.ts';

const needed = 2;

/** Two of three mild signs of strain at once; the third may be absent. As sure as the less clear of the clearest two. */
export function twoOfThree({ rules, confidence }: Thresholds): Rule {
  const { enter, leave, contrary } = rules.two_of_three;
  const signs = [
    ['hrv_rmssd', below(enter.hrv_rmssd_below, leave.hrv_rmssd_from)],
    ['heart_rate', above(enter.heart_rate_above, leave.heart_rate_to)],
    ['stress_level', above(enter.stress_level_above, leave.stress_level_to)],
  ] as const;
  const metrics: readonly SeenMetric[] = signs.map(([metric]) => metric);

  return defineRule({ key: 'two_of_three', mode: 'guardian', contrary, metrics }, (view) => {
    const present = signs.flatMap(([metric, bound]) => {
      const seen = view.see(metric);
      return seen === undefined ? [] : [{ seen, bound }];
    });
    if (present.length < needed) return undefined;
    const entering = present.filter(({ seen, bound }) => enters(bound, seen.value));
    const staying = present.filter(({ seen, bound }) => !leaves(bound, seen.value));
    const counted = staying.length < needed ? present : staying;
    const second = (numbers: readonly number[]) => numbers.toSorted((a, b) => b - a)[needed - 1];
    return {
      inputs: (entering.length < needed ? present : entering).map(({ seen }) => seen),
      isNew: present.some(({ seen }) => seen.isNew),
      enters: entering.length >= needed,
      leaves: staying.length < needed,
      // When all three are there, it still holds after the first has gone stale.
      staleAt: second(counted.map(({ seen }) => seen.staleAt)) ?? 0,
      confidence:
        second(present.map(({ seen, bound }) => confidenceAt(bound, seen.value, confidence.just_over))) ?? 0,
    };
  });
}
