import {
  parseTimestamp,
  type BiometricEvent,
  type Context,
  type Reading,
  type Timestamp,
} from '@bridge/contracts';
import { activityOf, contextOf } from './reading-context.ts';
import type { Activity } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { seenMetrics, slotOf, type SeenMetric } from './slots.ts';

/** How a value summarises its interval. Minima, maxima, sums and the like serve neither rules nor baselines. */
export const seenStatistics = ['sample', 'average', 'median'] as const;
export type SeenStatistic = (typeof seenStatistics)[number];

/** One reading in the form that rules use. */
export type Signal = {
  readonly metric: SeenMetric;
  readonly value: number;
  readonly context: Context;
  /** The end of its interval: when it was measured, in ms since 1970. */
  readonly at: number;
  readonly statistic: SeenStatistic;
  /** Minutes east of UTC; undefined for `Z` and for none, which do not reveal where the person is. */
  readonly offset: number | undefined;
};

/** The contents of one event. */
export type Signals = {
  /** The event's own timestamp, in ms since 1970. */
  readonly measured: number;
  /** Offsets that reveal where the person is, with their times of measurement. */
  readonly offsets: readonly { readonly at: number; readonly offset: number | undefined }[];
  /** In the order of the event. */
  readonly all: readonly Signal[];
  /** The newest of each metric and context; older ones are history only. */
  readonly newest: readonly Signal[];
  readonly activity: Activity | undefined;
  /** The RMSSD of a night: its mean, or the only value of the event. */
  readonly night: Signal | undefined;
};

const none: Signals = {
  measured: 0,
  offsets: [],
  all: [],
  newest: [],
  activity: undefined,
  night: undefined,
};
const metricsSeen = new Set<string>(seenMetrics);
const statistics: Readonly<Partial<Record<NonNullable<Reading['statistic']>, SeenStatistic>>> = {
  average: 'average',
  median: 'median',
};
/** Four decimals: finer than any device, and no noise of binary fractions in a state. */
const precision = 10_000;

/** The signals of one event. A delete has none. */
export function signalsOf(event: BiometricEvent, policy: PolicyValues): Signals {
  if (event.operation === 'delete') return none;
  const measured = parseTimestamp(event.timestamp);
  if (measured === undefined) return none;
  const activity = activityOf(event, measured.epochMs, policy);
  const all: Signal[] = [];
  for (const reading of event.readings) {
    if (!metricsSeen.has(reading.metric)) continue;
    const statistic = reading.statistic === undefined ? 'sample' : statistics[reading.statistic];
    const end = reading.end === undefined ? measured : parseTimestamp(reading.end);
    if (statistic === undefined || end === undefined) continue;
    const context = contextOf(reading, event.event_type, activity !== undefined);
    if (reading.metric === 'heart_rate' && isAggregate(reading, context, end.epochMs, policy)) continue;
    all.push({
      metric: reading.metric as SeenMetric,
      value: Math.round(reading.value * precision) / precision,
      context,
      at: end.epochMs,
      statistic,
      offset: realOffset(end),
    });
  }
  const own = { at: measured.epochMs, offset: realOffset(measured) };
  return {
    measured: measured.epochMs,
    offsets: own.offset === undefined ? all : [own, ...all],
    all,
    newest: newestOf(all),
    activity,
    night: nightOf(all),
  };
}

/** `Z` does not reveal where the person is. */
function realOffset({ offsetMinutes }: Timestamp): number | undefined {
  return offsetMinutes === 0 ? undefined : offsetMinutes;
}

/** Whether the first of two signals of one slot is preferred: the newer, at equal times a mean before its samples. */
export function isNewer(a: Pick<Signal, 'at' | 'statistic'>, b: Pick<Signal, 'at' | 'statistic'>): boolean {
  if (a.at !== b.at) return a.at > b.at;
  return a.statistic !== 'sample' && b.statistic === 'sample';
}

/** The mean of a whole night or of hours is not a pulse. */
function isAggregate(reading: Reading, context: Context, end: number, policy: PolicyValues): boolean {
  if (reading.statistic === undefined) return false;
  const start = reading.start === undefined ? undefined : parseTimestamp(reading.start);
  if (start === undefined) return context === 'sleep';
  return end - start.epochMs > policy.thresholds.signals.pulse_over_at_most;
}

function newestOf(all: readonly Signal[]): readonly Signal[] {
  if (all.length < 2) return all;
  const bySlot = new Map<number, Signal>();
  for (const signal of all) {
    const slot = slotOf(signal.metric, signal.context);
    if (slot === undefined) continue;
    const other = bySlot.get(slot);
    if (other === undefined || isNewer(signal, other)) bySlot.set(slot, signal);
  }
  return [...bySlot.values()];
}

function nightOf(all: readonly Signal[]): Signal | undefined {
  const asleep = all.filter(({ metric, context }) => metric === 'hrv_rmssd' && context === 'sleep');
  return (
    asleep.find(({ statistic }) => statistic !== 'sample') ?? (asleep.length === 1 ? asleep[0] : undefined)
  );
}
