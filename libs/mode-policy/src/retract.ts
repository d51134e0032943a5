import type { BiometricEvent } from '@bridge/contracts';
import type { Correction } from './correction.ts';
import { observeDevice } from './devices.ts';
import type { EventRange, KnownEvents } from './known-events.ts';
import { metricBit } from './metric-bits.ts';
import { newDraft, observe, withoutEvents, type NewestDraft, type Observed } from './newest.ts';
import type { PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { signalsOf } from './signals.ts';
import { slots, type SeenMetric } from './slots.ts';

type Around = { readonly now: number; readonly known: KnownEvents; readonly rules: RuleSet };

/** Takes back what the replaced versions brought, and finds what is newest of those metrics without them. */
export function withoutCorrected(
  state: PersonState,
  { marks, replaced }: Correction,
  event: BiometricEvent,
  from: Observed,
  { now, known, rules }: Around,
): NewestDraft {
  const draft = newDraft({
    ...state,
    newest: withoutEvents(state.newest, marks),
    devices: state.devices.filter(([, , , , , mark]) => !marks.has(mark)),
  });
  const metrics = metricsOfMarked(state, marks);
  if (metrics === 0) return draft;
  const others = known
    .between(freshEvents(now, metrics, rules))
    .filter((other) => other !== event && !replaced.includes(other))
    .map((other) => ({ other, signals: signalsOf(other, rules) }))
    // Callers know events in different orders.
    .toSorted(
      (a, b) => a.signals.measured - b.signals.measured || (a.other.event_id < b.other.event_id ? -1 : 1),
    );
  for (const { other, signals } of others) {
    const origin = { ...from, eventId: other.event_id, source: other.source };
    for (const signal of signals.newest) {
      if ((metrics & metricBit(signal.metric)) !== 0) observe(draft, signal, origin, rules);
    }
    observeDevice(draft, other, signals, origin, rules, metrics);
  }
  draft.brought.clear();
  return draft;
}

/** The metrics of which the newest signal, or a device's last one, came with one of these events. */
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

/** The events that can have a signal of these metrics that is fresh now. */
export function freshEvents(now: number, metrics: number, { thresholds, freshFor }: RuleSet): EventRange {
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
