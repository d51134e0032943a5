import { above, below, confidenceAt, enters, leaves } from '../boundary.ts';
import { defineRule, type Rule } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';
import type { VisibleSignal } from '../view.ts';

const needed = 2;

/** Two of three mild signs of strain at once; the third may be absent. The second highest confidence counts. */
export function twoOfThree({ rules, confidence }: Thresholds): Rule {
  const { enter, leave, contrary } = rules.two_of_three;
  const signs = [
    ['hrv_rmssd', below(enter.hrv_rmssd_below, leave.hrv_rmssd_from)],
    ['heart_rate', above(enter.heart_rate_above, leave.heart_rate_to)],
    ['stress_level', above(enter.stress_level_above, leave.stress_level_to)],
  ] as const;
  const metrics = signs.map(([metric]) => metric);

  return defineRule({ key: 'two_of_three', mode: 'guardian', contrary, metrics }, (view) => {
    const inputs: VisibleSignal[] = [];
    const staying: number[] = [];
    const sure: number[] = [];
    let entering = 0;
    for (const [metric, bound] of signs) {
      const seen = view.see(metric);
      if (seen === undefined) continue;
      inputs.push(seen);
      if (enters(bound, seen.value)) entering += 1;
      if (!leaves(bound, seen.value)) staying.push(seen.staleAt);
      sure.push(confidenceAt(bound, seen.value, confidence.just_over));
    }
    if (inputs.length < needed) return undefined;
    return {
      inputs,
      isNew: inputs.some(({ isNew }) => isNew),
      enters: entering >= needed,
      leaves: staying.length < needed,
      // With all three signs it still holds after the first has gone stale.
      staleAt: secondOf(staying),
      confidence: secondOf(sure),
    };
  });
}

/** The second largest; 0 when there is none. */
function secondOf(numbers: readonly number[]): number {
  if (numbers.length < needed) return 0;
  let largest = -Infinity;
  let second = -Infinity;
  for (const one of numbers) {
    second = Math.max(second, Math.min(largest, one));
    largest = Math.max(largest, one);
  }
  return second;
}
