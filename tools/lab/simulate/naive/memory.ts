import type { Context } from '@bridge/contracts';
import type { SimulatedEvent, SimulatedReading } from '../devices/simulated-event.ts';
import { dayMs, hourMs, minuteMs } from '../life/day-number.ts';

export type Signal = Omit<SimulatedReading, 'context'> & {
  readonly source: string;
  readonly context: Context;
  readonly at: number;
  /** Local day. */
  readonly day: number;
  /** It stands for a night or a day. */
  readonly isDaily: boolean;
};

export type Usual = { readonly centre: number; readonly spread: number };
export type Memory = ReturnType<typeof createMemory>;

/** Everything ever measured of one person, and the policy's words over it: newest, fresh, late, usual. */
export function createMemory() {
  const byMetric = new Map<string, Signal[]>();
  let now = 0;
  const ofMetric = (metric: string): readonly Signal[] => byMetric.get(metric) ?? [];

  /** Takes an event in; returns those of its signals that are not late. */
  function take(event: SimulatedEvent): Signal[] {
    now = event.receivedAt;
    const all = event.readings.flatMap((reading) => signalOf(reading, event));
    const isNewest = (signal: Signal) =>
      !ofMetric(signal.metric).some((other) => isSameLane(other, signal) && other.at > signal.at);
    const notLate = all.filter(isNewest);
    for (const signal of all) {
      const known = byMetric.get(signal.metric);
      if (known === undefined) byMetric.set(signal.metric, [signal]);
      else known.push(signal);
    }
    return notLate;
  }

  function newest(metric: string, allowed: (signal: Signal) => boolean): Signal | undefined {
    return ofMetric(metric)
      .filter((signal) => now - signal.at <= freshFor(signal) && allowed(signal))
      .toSorted((a, b) => b.at - a.at)[0];
  }

  /** Live readings of the same device and metric before a signal, the newest first. */
  function before({ metric, source, at }: Signal): Signal[] {
    return ofMetric(metric)
      .filter((other) => other.source === source && !other.isDaily && other.at < at)
      .toSorted((a, b) => b.at - a.at);
  }

  /** Median and spread of the days' medians over the 28 days before; undefined with fewer than five. */
  function usual(metric: string, day: number, allowed: (signal: Signal) => boolean): Usual | undefined {
    const days = new Map<number, number[]>();
    for (const signal of ofMetric(metric)) {
      if (signal.day >= day || signal.day < day - 28 || !allowed(signal)) continue;
      days.set(signal.day, [...(days.get(signal.day) ?? []), signal.value]);
    }
    if (days.size < 5) return undefined;
    const values = [...days.values()].map(median);
    const centre = median(values);
    return { centre, spread: 1.4826 * median(values.map((value) => Math.abs(value - centre))) };
  }

  return { take, newest, before, usual };
}

/** Minima, maxima, sums and counts are no signals. */
function signalOf(reading: SimulatedReading, event: SimulatedEvent): Signal[] {
  const { source, eventType, measuredAt, offsetMinutes } = event;
  if (reading.statistic !== undefined && reading.statistic !== 'average') return [];
  const byType = { sleep: 'sleep', recovery: 'sleep', workout: 'active' }[eventType] as Context | undefined;
  const at = reading.end ?? measuredAt;
  const day = Math.floor((at + offsetMinutes * minuteMs) / dayMs);
  const context = reading.context ?? byType ?? 'unknown';
  const isMean = reading.statistic === 'average';
  const isDaily =
    dayMetrics.test(reading.metric) || eventType === 'recovery' || (context === 'sleep' && isMean);
  return [{ ...reading, source, context, at, day, isDaily }];
}

const dayMetrics = /_score$|^resting_heart_rate$|^skin_temp/;

function isSameLane(a: Signal, b: Signal): boolean {
  return a.source === b.source && a.isDaily === b.isDaily;
}

function freshFor({ metric, isDaily }: Signal): number {
  if (isDaily) return 24 * hourMs;
  return metric === 'heart_rate' || metric === 'stress_level' ? 10 * minuteMs : hourMs;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}
