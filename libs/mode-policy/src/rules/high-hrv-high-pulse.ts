import { above, confidenceAt, enters, leaves } from '../boundary.ts';
import { confidenceBeyond, defineRule, needingAll, tidy, type Rule } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';

/** A calm variability together with an excited pulse: one of them is wrong, or something unusual is happening. */
export function highHrvHighPulse({ rules, confidence }: Thresholds): Rule {
  const { enter, leave, contrary } = rules.high_hrv_high_pulse;
  const high = above(enter.heart_rate_above, leave.heart_rate_to);
  return defineRule(
    {
      key: 'high_hrv_high_pulse',
      mode: 'hypothesis',
      contrary,
      metrics: ['hrv_rmssd', 'heart_rate'],
      settledBy: 'Pulse and heart rate variability measured again at rest, with the sensor well in place.',
    },
    (view) => {
      const rmssd = view.see('hrv_rmssd');
      const pulse = view.see('heart_rate');
      if (rmssd === undefined || pulse === undefined) return undefined;
      const inputs = needingAll([rmssd, pulse]);
      const baseline = view.baselineOf(rmssd);
      if (baseline === undefined) {
        return { ...inputs, enters: false, leaves: leaves(high, pulse.value), confidence: 0 };
      }
      const times = tidy(rmssd.value / baseline.centre);
      const excess = times - enter.rmssd_above_baselines;
      return {
        ...inputs,
        enters: excess > 0 && enters(high, pulse.value),
        leaves: times <= leave.rmssd_to_baselines || leaves(high, pulse.value),
        confidence: Math.min(
          // 1 at twice the rise that enters
          confidenceBeyond(excess, enter.rmssd_above_baselines - 1, confidence.just_over),
          confidenceAt(high, pulse.value, confidence.just_over),
        ),
      };
    },
  );
}
