import type { BiometricEvent } from '@bridge/contracts';
import { seriesMeaning, mayHaveBaseline } from './baseline-series.ts';
import { seenMetrics, type SeenMetric } from './slots.ts';

// One bit for each metric that rules see, and one for a pulse asleep, the only pulse with a baseline. The bits are stored
// with each event (`biometric_events.metrics`), so their numbers are part of its format.

const bits = new Map<string, number>(seenMetrics.map((metric) => [metric, metricBit(metric)]));
const asleepPulse = 1 << seenMetrics.length;

/** The metrics that an event may contain, judged by its readings alone: complete under any rules, possibly too many. */
export function metricBitsOf({ event_type, readings }: BiometricEvent): number {
  let found = 0;
  for (const reading of readings) {
    found |= bits.get(reading.metric) ?? 0;
    if (reading.metric === 'heart_rate' && mayHaveBaseline(reading, event_type)) found |= asleepPulse;
  }
  return found;
}

export function metricBit(metric: SeenMetric): number {
  return 1 << seenMetrics.indexOf(metric);
}

/** The bit of the events that can contribute to a series. */
export function seriesBit(series: number): number {
  const { metric } = seriesMeaning(series);
  if (metric === undefined) return 0;
  return metric === 'heart_rate' ? asleepPulse : metricBit(metric);
}
