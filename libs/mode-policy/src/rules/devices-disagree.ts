import type { ComparedMetric } from '../devices.ts';
import { localDay } from '../local-day.ts';
import type { DeviceEntry } from '../person-state.ts';
import { confidenceBeyond, defineRule, tidy, type Rule } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';
import type { VisibleSignal, View } from '../view.ts';
import { deviceSignal } from '../view.ts';

type Comparison = {
  /** Whether two signals are of the same moment. */
  readonly isComparable: (a: DeviceEntry, b: DeviceEntry) => boolean;
  /** The distance of two values; 1 is the rule's threshold. */
  readonly apart: (a: number, b: number) => number;
  /** Whether the threshold itself counts as a disagreement. */
  readonly inclusive: boolean;
};

/** One comparison per metric, since one device's pulse does not settle another's night. */
export function devicesDisagree({ rules, confidence }: Thresholds): Rule[] {
  const { pulse, rmssd, spo2, contrary } = rules.devices_disagree;
  const comparisons: Readonly<Record<ComparedMetric, Comparison>> = {
    heart_rate: {
      isComparable: (a, b) => Math.abs(a[2] - b[2]) <= pulse.within,
      apart: (a, b) => Math.abs(a - b) / pulse.apart_above,
      inclusive: false,
    },
    hrv_rmssd: {
      isComparable: (a, b) => localDay(a[2], a[6]) === localDay(b[2], b[6]),
      // 1 at the factor that enters, 2 at twice its distance from 1.
      apart: (a, b) => (Math.max(a, b) / Math.min(a, b) - 1) / (rmssd.factor_from - 1),
      inclusive: true,
    },
    spo2: {
      isComparable: (a, b) => Math.abs(a[2] - b[2]) <= spo2.within,
      apart: (a, b) => Math.abs(a - b) / spo2.apart_from,
      inclusive: true,
    },
  };
  return (Object.keys(comparisons) as ComparedMetric[]).map((metric) =>
    defineRule(
      {
        key: `devices_disagree.${metric}`,
        name: 'devices_disagree',
        mode: 'hypothesis',
        contrary,
        metrics: [metric],
        settledBy: 'Both devices measured again at the same time, at rest.',
      },
      (view) => compare(view, metric, comparisons[metric], confidence.just_over),
    ),
  );
}

function compare(view: View, metric: ComparedMetric, comparison: Comparison, justOver: number) {
  const devices = view.devices(metric);
  if (devices.length < 2) return undefined;
  let farthest = 0;
  let pair: readonly DeviceEntry[] = devices.slice(0, 2);
  let compared = 0;
  devices.forEach((a, index) => {
    for (const b of devices.slice(index + 1)) {
      if (!comparison.isComparable(a, b)) continue;
      compared += 1;
      const apart = tidy(comparison.apart(a[3], b[3]));
      if (apart > farthest) [farthest, pair] = [apart, [a, b]];
    }
  });
  const disagrees = comparison.inclusive ? farthest >= 1 : farthest > 1;
  const inputs: VisibleSignal[] = pair.map((entry) => deviceSignal(entry, view));
  const [, staleAt] = devices.map((entry) => deviceSignal(entry, view).staleAt).toSorted((a, b) => b - a) as [
    number,
    number,
  ];
  return {
    inputs,
    isNew: view.isDeviceNew(metric),
    enters: disagrees,
    // Signals of different moments neither agree nor disagree.
    leaves: compared > 0 && !disagrees,
    // It holds as long as two devices are fresh.
    staleAt,
    confidence: confidenceBeyond(farthest - 1, 1, justOver),
  };
}
