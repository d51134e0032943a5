import type { BiometricEvent } from '@bridge/contracts';
import { laneKind } from './lane-kinds.ts';
import { seenMetrics, type SeenMetric } from './slots.ts';

// One bit for each metric that rules see, and one for a pulse asleep. The bits are stored with each event
// (`biometric_events.metrics`), so their numbers are part of its format: new metrics come after the pulse asleep.

const oldMetrics = 12;
const asleepPulse = 1 << oldMetrics;

const bits = new Map<string, number>(seenMetrics.map((metric) => [metric, metricBit(metric)]));

/** The metrics that an event may contain, judged by its readings alone: complete under any rules, possibly too many. */
export function metricBitsOf({ event_type, readings }: BiometricEvent): number {
  let found = 0;
  for (const { metric, context } of readings) {
    found |= bits.get(metric) ?? 0;
    if (metric !== 'heart_rate') continue;
    if (context === 'sleep' || event_type === 'sleep' || event_type === 'recovery') found |= asleepPulse;
  }
  return found;
}

export function metricBit(metric: SeenMetric): number {
  const index = seenMetrics.indexOf(metric);
  return 1 << (index < oldMetrics ? index : index + 1);
}

/** The bit of the events that can contribute to a lane. */
export function laneBit(kind: number): number {
  const { name, metric } = laneKind(kind);
  return name === 'pulse_sleep' || name === 'pulse_lowest' ? asleepPulse : metricBit(metric);
}
