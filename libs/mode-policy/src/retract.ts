import type { BiometricEvent } from '@bridge/contracts';
import type { Correction } from './correction.ts';
import { observeDevice } from './devices.ts';
import type { DecisionContext } from './history.ts';
import type { EventRange } from './known-events.ts';
import { metricBit } from './metric-bits.ts';
import { newDraft, observe, withoutEvents, type NewestDraft, type SignalOrigin } from './newest.ts';
import type { PersonState } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { signalsOf } from './signals.ts';
import { slots, type SeenMetric } from './slots.ts';

/** Removes the signals of the replaced versions and finds the newest signals of those metrics without them. */
export function retract(
  state: PersonState,
  { marks, replaced }: Correction,
  event: BiometricEvent,
  from: SignalOrigin,
  { now, known, policy }: DecisionContext,
): NewestDraft {
  const draft = newDraft({
    ...state,
    newest: withoutEvents(state.newest, marks),
    devices: state.devices.filter(([, , , , , mark]) => !marks.has(mark)),
  });
  const metrics = metricsOfMarked(state, marks);
  if (metrics === 0) return draft;
  const others = known
    .between(freshEvents(now, metrics, policy))
    .filter((other) => other !== event && !replaced.includes(other))
    .map((other) => ({ other, signals: signalsOf(other, policy) }))
    // Callers hold events in different orders.
    .toSorted(
      (a, b) => a.signals.measured - b.signals.measured || (a.other.event_id < b.other.event_id ? -1 : 1),
    );
  for (const { other, signals } of others) {
    const origin = { ...from, eventId: other.event_id, source: other.source };
    for (const signal of signals.newest) {
      if ((metrics & metricBit(signal.metric)) !== 0) observe(draft, signal, origin, policy);
    }
    observeDevice(draft, other, signals, origin, policy, metrics);
  }
  draft.added.clear();
  return draft;
}

/** The metrics whose newest signal, or a device's last one, came with one of these events. */
export function metricsOfMarked(
  { newest, devices }: Pick<PersonState, 'newest' | 'devices'>,
  marks: ReadonlySet<string>,
): number {
  if (marks.size === 0) return 0;
  let metrics = 0;
  newest.forEach((entry, slot) => {
    if (entry !== 0 && marks.has(entry[3])) metrics |= bitOf(slot);
  });
  for (const [slot, , , , , mark] of devices) if (marks.has(mark)) metrics |= bitOf(slot);
  return metrics;
}

/** The events that can contain a signal of these metrics that is still fresh. */
export function freshEvents(
  now: number,
  metrics: number,
  { thresholds, freshFor }: PolicyValues,
): EventRange {
  const freshest = slots.map(({ metric }, slot) =>
    (metrics & metricBit(metric)) === 0 ? 0 : freshFor(slot),
  );
  return {
    from: now - Math.max(...freshest) - thresholds.baselines.readings_within,
    to: now + thresholds.signals.ahead_at_most,
    metrics,
  };
}

function bitOf(slot: number): number {
  return metricBit(slots[slot]?.metric as SeenMetric);
}
