import { confidenceBeyond, defineRule, needingAll, tidy, type Rule } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';

/**
 * RMSSD far below the person's own baseline of the same statistic and context. Without a baseline the rule cannot fire, but
 * if it is active it still holds, since nothing shows that the drop is over.
 */
export function rmssdDrop({ rules, confidence }: Thresholds): Rule {
  const { enter, leave, contrary } = rules.rmssd_drop;
  return defineRule({ key: 'rmssd_drop', mode: 'reflex', contrary, metrics: ['hrv_rmssd'] }, (view) => {
    const rmssd = view.see('hrv_rmssd');
    if (rmssd === undefined) return undefined;
    const inputs = needingAll([rmssd]);
    const baseline = view.baselineOf(rmssd);
    if (baseline === undefined) return { ...inputs, enters: false, leaves: false, confidence: 0 };
    const drop = tidy(baseline.centre - rmssd.value);
    const percent = tidy((100 * drop) / baseline.centre);
    const excess = Math.max(drop / enter.drop_above_ms, percent / enter.drop_above_percent);
    return {
      ...inputs,
      enters: drop > enter.drop_above_ms || percent > enter.drop_above_percent,
      leaves: drop <= leave.drop_to_ms && percent <= leave.drop_to_percent,
      confidence: confidenceBeyond(excess - 1, 1, confidence.just_over),
    };
  });
}
