import type { BiometricEvent } from '@bridge/contracts';
import { seriesMeaning, mayHaveBaseline } from './baseline-series.ts';
import { seenMetrics, type SeenMetric } from './slots.ts';

// One bit for each metric that rules see, and one for a pulse asleep: of the pulse only that one has a baseline, and
// there are few of them. Stored beside each event (`biometric_events.metrics`), so the numbers are part of its format.

const bits = new Map<string, number>(seenMetrics.map((metric) => [metric, metricBit(metric)]));
const asleepPulse = 1 << seenMetrics.length;

/** What an event may tell, by its readings as they stand: it never says too little, whatever the rules are. */
export function metricBitsOf({ event_type, readings }: BiometricEvent): number {
  let told = 0;
  for (const reading of readings) {
    told |= bits.get(reading.metric) ?? 0;
    if (reading.metric === 'heart_rate' && mayHaveBaseline(reading, event_type)) told |= asleepPulse;
  }
  return told;
}

export function metricBit(metric: SeenMetric): number {
  return 1 << seenMetrics.indexOf(metric);
}

/** What counts into a series. */
export function seriesBit(series: number): number {
  const { metric } = seriesMeaning(series);
  if (metric === undefined) return 0;
  return metric === 'heart_rate' ? asleepPulse : metricBit(metric);
}
