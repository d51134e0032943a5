/** Documents as WHOOP answers them, of a made-up night in Kathmandu. `changes` replace or add fields. */
type Changes = Readonly<Record<string, unknown>>;

const head = {
  user_id: 456,
  created_at: '2026-07-06T01:05:00.000Z',
  updated_at: '2026-07-06T01:10:00.123Z',
  score_state: 'SCORED',
};
const span = {
  start: '2026-07-05T17:30:00.000Z',
  end: '2026-07-06T00:45:00.000Z',
  timezone_offset: '+05:45',
};

export function whoopSleep(changes: Changes = {}) {
  return {
    ...head,
    ...span,
    id: '550e8400-e29b-41d4-a716-446655440000',
    cycle_id: 93845,
    nap: false,
    score: {
      stage_summary: {
        total_in_bed_time_milli: 26_100_000,
        total_awake_time_milli: 2_100_000,
        total_no_data_time_milli: 0,
        total_light_sleep_time_milli: 13_000_000,
        total_slow_wave_sleep_time_milli: 5_000_000,
        total_rem_sleep_time_milli: 6_000_000,
        sleep_cycle_count: 4,
        disturbance_count: 9,
      },
      sleep_needed: { baseline_milli: 27_395_716 },
      respiratory_rate: 16.11,
      sleep_performance_percentage: 88,
      sleep_efficiency_percentage: 91.7,
    },
    ...changes,
  };
}

export function whoopRecovery(changes: Changes = {}) {
  return {
    ...head,
    cycle_id: 93845,
    sleep_id: '550e8400-e29b-41d4-a716-446655440000',
    score: {
      user_calibrating: false,
      recovery_score: 44,
      resting_heart_rate: 57,
      hrv_rmssd_milli: 31.813562,
      spo2_percentage: 95.6875,
      skin_temp_celsius: 33.7,
    },
    ...changes,
  };
}

export function whoopCycle(changes: Changes = {}) {
  return {
    ...head,
    id: 93845,
    start: '2026-07-05T17:30:00.000Z',
    end: '2026-07-06T17:05:00.000Z',
    timezone_offset: '+05:45',
    score: { strain: 10.3, kilojoule: 8368, average_heart_rate: 68, max_heart_rate: 141 },
    ...changes,
  };
}

export function whoopWorkout(changes: Changes = {}) {
  return {
    ...head,
    id: 'ecfc6a15-4661-442f-a9a4-f160dd7afae8',
    start: '2026-07-06T11:00:00.000Z',
    end: '2026-07-06T11:40:00.000Z',
    timezone_offset: '+05:45',
    sport_name: 'running',
    score: {
      strain: 8.2,
      average_heart_rate: 123,
      max_heart_rate: 146,
      kilojoule: 1569,
      percent_recorded: 100,
      distance_meter: 1772.7,
      zone_durations: { zone_zero_milli: 300_000 },
    },
    ...changes,
  };
}

/** A whole document of each type, for what must hold of all. */
export const whoopDocuments: ReadonlyMap<string, Changes> = new Map<string, Changes>([
  ['sleep', whoopSleep()],
  ['recovery', whoopRecovery()],
  ['cycle', whoopCycle()],
  ['workout', whoopWorkout()],
]);
