import type { MetricName } from '@bridge/contracts';
import { rfc3339 } from '../../simulate/wire/rfc3339.ts';
import type { SimulatedEvent, SimulatedReading } from '../../simulate/devices/simulated-event.ts';
import { uuidOf } from '../uuid-of.ts';
import { readingOf, spanOf, valueOf } from './reading-of.ts';

type Point = Readonly<Record<string, string | number>>;
type Metric = { readonly name: string; readonly units: string; readonly data: Point[] };

/** The body that the app Health Auto Export posts. */
export type HealthExport = {
  readonly data: { readonly metrics: readonly Metric[]; readonly workouts: readonly unknown[] };
};

const source = 'Synthetic Watch';

/** Metrics that the app writes as one quantity. */
const quantities: Partial<Record<MetricName, { name: string; units: string; factor?: number }>> = {
  hrv_sdnn: { name: 'heart_rate_variability', units: 'ms' },
  steps: { name: 'step_count', units: 'count' },
  respiratory_rate: { name: 'respiratory_rate', units: 'count/min' },
  // As several of its versions do: a fraction, under "%".
  spo2: { name: 'blood_oxygen_saturation', units: '%', factor: 0.01 },
  skin_temp: { name: 'apple_sleeping_wrist_temperature', units: 'degC' },
  resting_heart_rate: { name: 'resting_heart_rate', units: 'count/min' },
};

/** undefined when a watch says nothing of this. */
export function healthExport(events: readonly SimulatedEvent[]): HealthExport | undefined {
  const metrics = new Map<string, Metric>();
  const add = (name: string, units: string, point: Point) => {
    const metric = metrics.get(name) ?? { name, units, data: [] };
    metrics.set(name, metric);
    metric.data.push(point);
  };
  for (const event of events.filter(({ eventType }) => eventType !== 'workout')) {
    for (const reading of event.readings) {
      const date = appDate(event, reading.start ?? reading.end ?? event.measuredAt);
      const quantity = quantities[reading.metric];
      if (reading.metric === 'heart_rate') add('heart_rate', 'count/min', pulse(reading, date));
      if (quantity) {
        const qty = Math.round(reading.value * (quantity.factor ?? 1) * 10_000) / 10_000;
        add(quantity.name, quantity.units, { qty, date, source });
      }
    }
    if (readingOf(event, 'sleep_duration')) add('sleep_analysis', 'hr', night(event));
  }
  const workouts = events.filter(({ eventType }) => eventType === 'workout').map(workout);
  if (metrics.size === 0 && workouts.length === 0) return undefined;
  return { data: { metrics: [...metrics.values()], workouts } };
}

function pulse({ value }: SimulatedReading, date: string): Point {
  return { Min: value, Avg: value, Max: value, date, source };
}

/** `2026-07-06 14:30:00 -0300` */
function appDate({ offsetMinutes }: SimulatedEvent, at: number): string {
  const text = rfc3339(at, offsetMinutes);
  const offset = text.endsWith('Z') ? '+0000' : text.slice(-6).replace(':', '');
  return `${text.slice(0, 10)} ${text.slice(11, 19)} ${offset}`;
}

/** A night in one, in hours. */
function night(event: SimulatedEvent): Point {
  const { start, end } = spanOf(event) ?? { start: event.measuredAt, end: event.measuredAt };
  const hours = (metric: MetricName) => Math.round((valueOf(event, metric) / 3600) * 10_000) / 10_000;
  const [sleepStart, sleepEnd] = [appDate(event, start), appDate(event, end)];
  return {
    date: sleepEnd.slice(0, 10),
    totalSleep: hours('sleep_duration'),
    asleep: 0,
    core: hours('sleep_light'),
    deep: hours('sleep_deep'),
    rem: hours('sleep_rem'),
    awake: hours('sleep_awake'),
    inBed: hours('time_in_bed'),
    sleepStart,
    sleepEnd,
    inBedStart: sleepStart,
    inBedEnd: sleepEnd,
    source,
  };
}

function workout(event: SimulatedEvent) {
  const { start, end } = spanOf(event) ?? { start: event.measuredAt, end: event.measuredAt };
  const pulses = event.readings.filter(({ metric }) => metric === 'heart_rate').map(({ value }) => value);
  const perMinute = (qty: number) => ({ qty, units: 'bpm' });
  return {
    id: uuidOf('apple', event.userId, event.objectId).toUpperCase(),
    name: 'Outdoor Run',
    start: appDate(event, start),
    end: appDate(event, end),
    duration: Math.round((end - start) / 1000),
    isIndoor: false,
    activeEnergyBurned: { qty: valueOf(event, 'active_energy'), units: 'kcal' },
    avgHeartRate: perMinute(Math.min(...pulses)),
    maxHeartRate: perMinute(Math.max(...pulses)),
  };
}
