/** Documents as Oura answers them, of a made-up night in Tokyo. `changes` replace or add fields. */
type Changes = Readonly<Record<string, unknown>>;

export function ouraSleep(changes: Changes = {}) {
  return {
    id: 'sleep-1',
    day: '2026-07-06',
    type: 'long_sleep',
    period: 0,
    bedtime_start: '2026-07-05T23:10:00+09:00',
    bedtime_end: '2026-07-06T06:30:00+09:00',
    time_in_bed: 26_400,
    total_sleep_duration: 24_000,
    deep_sleep_duration: 4800,
    light_sleep_duration: 13_200,
    rem_sleep_duration: 6000,
    awake_time: 2400,
    latency: 540,
    efficiency: 91,
    average_heart_rate: 52.125,
    lowest_heart_rate: 46,
    average_hrv: 61,
    average_breath: 13.875,
    heart_rate: { interval: 300, items: [58, null, 55], timestamp: '2026-07-05T23:10:00.000+09:00' },
    hrv: { interval: 300, items: [null, 48, 66], timestamp: '2026-07-05T23:10:00.000+09:00' },
    sleep_phase_5_min: '4211',
    low_battery_alert: false,
    meta: { updated_at: '2026-07-06T06:41:00Z', version: 3 },
    ...changes,
  };
}

/** Oura's own way to write a day: its midnight in UTC, wherever the person is. */
const day = { day: '2026-07-06', timestamp: '2026-07-06T00:00:00+00:00' };

export const ouraDaily = {
  daily_sleep: { id: 'ds-1', ...day, score: 81, contributors: { deep_sleep: 90 } },
  daily_readiness: {
    id: 'dr-1',
    ...day,
    score: 74,
    temperature_deviation: -0.12,
    temperature_trend_deviation: 0.05,
    contributors: { resting_heart_rate: 88, hrv_balance: 70 },
  },
  daily_activity: {
    id: 'da-1',
    day: '2026-07-06',
    timestamp: '2026-07-06T04:00:00+09:00',
    score: 92,
    steps: 9312,
    active_calories: 510,
    total_calories: 2480,
    equivalent_walking_distance: 8100,
    met: { interval: 60, items: [0.9], timestamp: '2026-07-06T04:00:00.000+09:00' },
  },
  daily_spo2: {
    id: 'o2-1',
    day: '2026-07-06',
    spo2_percentage: { average: 97.2 },
    breathing_disturbance_index: 4,
  },
  daily_stress: {
    id: 'st-1',
    day: '2026-07-06',
    stress_high: 5400,
    recovery_high: 3600,
    day_summary: 'normal',
  },
  vo2_max: { id: 'vo-1', ...day, vo2_max: 44 },
} as const;

export function ouraWorkout(changes: Changes = {}) {
  return {
    id: 'w-1',
    day: '2026-07-06',
    activity: 'running',
    intensity: 'hard',
    source: 'confirmed',
    start_datetime: '2026-07-06T18:00:00.000+09:00',
    end_datetime: '2026-07-06T18:45:00.000+09:00',
    calories: 420,
    distance: 7600,
    ...changes,
  };
}

export function ouraSession(changes: Changes = {}) {
  return {
    id: 'm-1',
    day: '2026-07-06',
    type: 'meditation',
    start_datetime: '2026-07-06T20:00:00.000+09:00',
    end_datetime: '2026-07-06T20:00:12.000+09:00',
    mood: 'good',
    heart_rate: { interval: 5, items: [62, 61, 60], timestamp: '2026-07-06T20:00:00.000+09:00' },
    heart_rate_variability: {
      interval: 5,
      items: [44, null, 47],
      timestamp: '2026-07-06T20:00:00.000+09:00',
    },
    ...changes,
  };
}

/** A whole document of each type, for what must hold of all. */
export const ouraDocuments: ReadonlyMap<string, Changes> = new Map<string, Changes>([
  ['sleep', ouraSleep()],
  ['workout', ouraWorkout()],
  ['session', ouraSession()],
  ...Object.entries(ouraDaily),
]);
