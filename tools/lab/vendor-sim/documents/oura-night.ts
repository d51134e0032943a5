import { chanceOf } from '../../simulate/life/chance.ts';
import { rfc3339 } from '../../simulate/wire/rfc3339.ts';
import type { SimulatedEvent } from '../../simulate/devices/simulated-event.ts';
import type { Document } from '../document-store.ts';
import { spanOf, valueOf } from './reading-of.ts';

const sampleS = 300;
const wakingSamples = 3;

/** A `sleep` document with its samples. */
export function ouraNight(event: SimulatedEvent, id: string): Document {
  const { start, end } = spanOf(event) ?? { start: event.measuredAt, end: event.measuredAt };
  const [bedtime_start, bedtime_end] = [start, end].map((at) => rfc3339(at, event.offsetMinutes));
  const [pulse, variability] = [valueOf(event, 'heart_rate'), valueOf(event, 'hrv_rmssd')];
  const count = Math.max(1, Math.floor((end - start) / (sampleS * 1000)));
  const samples = (name: string, average: number, spread: number) => ({
    interval: sampleS,
    items: samplesAround({ count, average, spread }, name + id),
    timestamp: bedtime_start,
  });
  return {
    id,
    day: bedtime_end?.slice(0, 10),
    type: 'long_sleep',
    period: 0,
    bedtime_start,
    bedtime_end,
    time_in_bed: valueOf(event, 'time_in_bed'),
    total_sleep_duration: valueOf(event, 'sleep_duration'),
    deep_sleep_duration: valueOf(event, 'sleep_deep'),
    light_sleep_duration: valueOf(event, 'sleep_light'),
    rem_sleep_duration: valueOf(event, 'sleep_rem'),
    awake_time: valueOf(event, 'sleep_awake'),
    latency: Math.round(valueOf(event, 'sleep_awake') / 4),
    efficiency: valueOf(event, 'sleep_efficiency'),
    average_heart_rate: pulse,
    lowest_heart_rate: Math.round(pulse - 4),
    average_hrv: Math.round(variability),
    average_breath: valueOf(event, 'respiratory_rate'),
    restless_periods: 120,
    heart_rate: samples('pulse', pulse, 0.03),
    hrv: samples('variability', variability, 0.04),
    sleep_phase_5_min: '4222111222233'.repeat(Math.ceil(count / 13)).slice(0, count),
    movement_30_sec: '1'.repeat(10 * count),
    readiness: null,
    readiness_score_delta: null,
    sleep_score_delta: null,
    low_battery_alert: false,
    sleep_algorithm_version: 'v2',
    sleep_analysis_reason: 'foreground_sleep_analysis',
  };
}

/** Whole numbers; now and then the ring has none, and none of the minutes in which somebody wakes. */
function samplesAround(
  { count, average, spread }: { count: number; average: number; spread: number },
  label: string,
) {
  const chance = chanceOf(1, label);
  return Array.from({ length: count }, (_, nr) => {
    const value = Math.round(average * (1 + spread * chance.bell()));
    return chance.happens(0.05) || nr >= count - wakingSamples ? null : value;
  });
}
