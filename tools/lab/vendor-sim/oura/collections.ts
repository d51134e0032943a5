/** The parameters of a list of `/v2/usercollection/`, and its scopes. */
export type OuraCollection = {
  /** Any one of them will do. */
  readonly scopes: readonly string[];
  /** The `data_type` of its webhooks; undefined: it has none. */
  readonly dataType: string | undefined;
  /** By local day, or by time for points. */
  readonly listedBy: 'day' | 'timestamp';
  /** Whether the list goes up to `end_date` or to the day before: Oura's routes differ. */
  readonly includesEnd: boolean;
};

function daily(dataType: string, scopes: readonly string[] = ['daily']): OuraCollection {
  return { scopes, dataType, listedBy: 'day', includesEnd: true };
}

const points = { dataType: undefined, listedBy: 'timestamp', includesEnd: true } as const;

/** By the name in the address. */
export const ouraCollections: Readonly<Record<string, OuraCollection>> = {
  sleep: { ...daily('sleep'), includesEnd: false },
  daily_sleep: daily('daily_sleep'),
  daily_readiness: daily('daily_readiness'),
  daily_activity: { ...daily('daily_activity'), includesEnd: false },
  daily_spo2: daily('daily_spo2', ['spo2', 'spo2Daily']),
  daily_stress: daily('daily_stress', ['daily', 'stress']),
  daily_resilience: daily('daily_resilience', ['daily', 'stress']),
  daily_cardiovascular_age: daily('daily_cardiovascular_age', ['daily', 'heart_health']),
  // The webhook writes it in small letters.
  vO2_max: daily('vo2_max', ['daily', 'heart_health']),
  workout: daily('workout', ['workout']),
  session: daily('session', ['session']),
  tag: daily('tag', ['tag']),
  enhanced_tag: daily('enhanced_tag', ['tag']),
  sleep_time: daily('sleep_time'),
  rest_mode_period: daily('rest_mode_period'),
  ring_configuration: daily('ring_configuration', ['daily', 'ring_configuration']),
  heartrate: { ...points, scopes: ['heartrate'] },
  interbeat_interval: { ...points, scopes: ['heartrate'] },
  ring_battery_level: { ...points, scopes: ['daily', 'ring_configuration'] },
};

/** The types to which one can subscribe. */
export const ouraDataTypes = new Set([
  ...Object.values(ouraCollections).flatMap(({ dataType }) => dataType ?? []),
  ...['daily_cycle_phases', 'activation_status', 'period_start', 'pregnancy', 'fertile_window'],
  ...['ovulation_confirmed', 'blood_glucose', 'meal'],
]);
