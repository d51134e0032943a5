import { confidenceAt, enters, from, leaves, to } from '../boundary.ts';
import { confidenceBeyond, defineRule, needingAll, tidy, type Rule } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';
import type { VisibleSignal, View } from '../view.ts';

/**
 * A pulse that is extreme at rest. Many healthy hearts beat slower than 40 in sleep, so a low pulse in sleep must also be
 * low for this person.
 */
export function news2Pulse({ rules, confidence }: Thresholds): Rule {
  const { enter, asleep, leave, contrary } = rules.news2_pulse;
  const low = to(enter.heart_rate_to, leave.heart_rate_from);
  const high = from(enter.heart_rate_from, leave.heart_rate_to);

  /** The confidence of a low pulse asleep; 0 when it is usual. */
  function lowAsleep(pulse: VisibleSignal, view: View): number {
    const baseline = view.baselineOf(pulse);
    if (baseline !== undefined) {
      const limit = baseline.centre - asleep.below_baseline_mad * baseline.spread;
      return tidy(limit - pulse.value) > 0 ? confidenceAt(low, pulse.value, confidence.just_over) : 0;
    }
    const beyond = tidy(asleep.without_baseline_below - pulse.value);
    if (beyond <= 0) return 0;
    const margin = leave.heart_rate_from - enter.heart_rate_to;
    return confidence.without_baseline * confidenceBeyond(beyond, 2 * margin, confidence.just_over);
  }

  return defineRule({ key: 'news2_pulse', mode: 'reflex', contrary, metrics: ['heart_rate'] }, (view) => {
    const pulse = view.see('heart_rate');
    if (pulse === undefined) return undefined;
    const { value, context } = pulse;
    const sureLow =
      context === 'sleep' ? lowAsleep(pulse, view) : confidenceAt(low, value, confidence.just_over);
    const isLow = enters(low, value) && sureLow > 0;
    return {
      ...needingAll([pulse]),
      enters: isLow || enters(high, value),
      leaves: leaves(low, value) && leaves(high, value),
      confidence: isLow ? sureLow : confidenceAt(high, value, confidence.just_over),
    };
  });
}
