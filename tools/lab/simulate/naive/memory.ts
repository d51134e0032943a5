import type { Context } from '@bridge/contracts';
import type { SimulatedEvent, SimulatedReading } from '../devices/simulated-event.ts';
import { dayMs, hourMs, minuteMs } from '../life/day-number.ts';

export type Signal = Omit<SimulatedReading, 'context'> & {
  readonly source: string;
  readonly context: Context;
  readonly at: number;
  /** Local day. */
  readonly day: number;
};

export type Memory = ReturnType<typeof createMemory>;

/** Everything ever measured of one person, and the policy's words over it: newest, fresh, late, at rest, baseline. */
export function createMemory() {
  const byMetric = new Map<string, Signal[]>();
  const efforts: { readonly start: number; readonly end: number }[] = [];
  let now = 0;
  const ofMetric = (metric: string): readonly Signal[] => byMetric.get(metric) ?? [];

  /** Takes an event in; returns those of its signals that are neither late nor older than another one of it. */
  function take(event: SimulatedEvent): Signal[] {
    now = event.receivedAt;
    const all = event.readings.map((reading) => signalOf(reading, event));
    const isNewest = (signal: Signal) =>
      ![...ofMetric(signal.metric), ...all].some((other) => sameLane(other, signal) && other.at > signal.at);
    const brought = all.filter(isNewest);
    for (const signal of all) byMetric.set(signal.metric, [...ofMetric(signal.metric), signal]);
    if (event.eventType === 'workout') {
      efforts.push(...all.map(({ start, at }) => ({ start: start ?? at, end: at })));
    }
    return brought;
  }

  function isAtRest({ context, at }: Signal): boolean {
    if (context !== 'unknown') return context !== 'active';
    return !efforts.some(({ start, end }) => at >= start && at < end + 30 * minuteMs);
  }

  function newest(metric: string, allowed: (signal: Signal) => boolean): Signal | undefined {
    return ofMetric(metric)
      .filter((signal) => now - signal.at <= freshFor(signal) && allowed(signal))
      .toSorted((a, b) => b.at - a.at)[0];
  }

  /** Median of the days' medians over the 28 days before; undefined with fewer than five. */
  function baseline({ metric, statistic, context, day }: Signal): number | undefined {
    const days = new Map<number, number[]>();
    for (const signal of ofMetric(metric)) {
      if (signal.statistic !== statistic || signal.context !== context) continue;
      if (signal.day >= day || signal.day < day - 28) continue;
      days.set(signal.day, [...(days.get(signal.day) ?? []), signal.value]);
    }
    return days.size < 5 ? undefined : median([...days.values()].map(median));
  }

  /** Measurements of the same metric by other devices at about the same time. */
  function besides({ metric, source, at }: Signal, minutes: number): Signal[] {
    return ofMetric(metric).filter(
      (other) => other.source !== source && Math.abs(other.at - at) <= minutes * minuteMs,
    );
  }

  return { take, isAtRest, newest, baseline, besides };
}

function signalOf(reading: SimulatedReading, event: SimulatedEvent): Signal {
  const { source, eventType, measuredAt, offsetMinutes } = event;
  const byType = eventType === 'sleep' ? 'sleep' : eventType === 'workout' ? 'active' : 'unknown';
  const at = reading.end ?? measuredAt;
  const day = Math.floor((at + offsetMinutes * minuteMs) / dayMs);
  return { ...reading, source, context: reading.context ?? byType, at, day };
}

function sameLane(a: Signal, b: Signal): boolean {
  return a.metric === b.metric && a.context === b.context;
}

function freshFor({ metric, context }: Signal): number {
  if (metric === 'heart_rate' || metric === 'stress_level') return 10 * minuteMs;
  const isOfTheDay = metric.endsWith('_score') || (metric === 'hrv_rmssd' && context === 'sleep');
  return isOfTheDay ? 24 * hourMs : hourMs;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}
