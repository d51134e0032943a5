/** What Oura calls a `data_type`: where its documents lie and what is expected of it. */
export type OuraDataType = {
  /** The name below `/v2/usercollection/`; not always that of the webhook. */
  readonly collection: string;
  /** The OAuth scope without which Oura answers 403 or nothing. */
  readonly scope: OuraScope;
  /** Oura sends notices of it; the others are only pulled. */
  readonly hasWebhook: boolean;
  /** Lists take `start_date`/`end_date` (local days) or `start_datetime`/`end_datetime`. */
  readonly listedBy: 'date' | 'datetime';
  /** `series`: points without ids, which only lists give. */
  readonly shape: 'document' | 'series';
  /** We subscribe to it and pull it. A notice of another one is kept and counted. */
  readonly isWanted: boolean;
  /** Hours within which the next one arrives from a person who wears the ring; absent: it comes when it comes. */
  readonly rhythmHours?: number;
};

export const ouraScopes = [
  'personal',
  'daily',
  'heartrate',
  'workout',
  'tag',
  'session',
  'spo2',
  'stress',
  'heart_health',
  'ring_configuration',
] as const;
export type OuraScope = (typeof ouraScopes)[number];

const document = { hasWebhook: true, listedBy: 'date', shape: 'document', isWanted: false } as const;
const wanted = { ...document, isWanted: true } as const;
/** A night, and what Oura makes of it, waits until the person opens the app; a ring left off for one night is no silence. */
const perNight = { ...wanted, rhythmHours: 60 } as const;

/** By the name that notices use. An open set: Oura adds types. */
export const ouraDataTypes = {
  sleep: { ...perNight, collection: 'sleep', scope: 'daily' },
  daily_sleep: { ...perNight, collection: 'daily_sleep', scope: 'daily' },
  daily_readiness: { ...perNight, collection: 'daily_readiness', scope: 'daily' },
  daily_activity: { ...wanted, collection: 'daily_activity', scope: 'daily', rhythmHours: 48 },
  daily_spo2: { ...wanted, collection: 'daily_spo2', scope: 'spo2' },
  daily_stress: { ...wanted, collection: 'daily_stress', scope: 'stress' },
  vo2_max: { ...wanted, collection: 'vO2_max', scope: 'heart_health' },
  workout: { ...wanted, collection: 'workout', scope: 'workout' },
  session: { ...wanted, collection: 'session', scope: 'session' },
  heartrate: {
    collection: 'heartrate',
    scope: 'heartrate',
    hasWebhook: false,
    listedBy: 'datetime',
    shape: 'series',
    isWanted: true,
    rhythmHours: 48,
  },
  daily_cardiovascular_age: { ...document, collection: 'daily_cardiovascular_age', scope: 'heart_health' },
  daily_resilience: { ...document, collection: 'daily_resilience', scope: 'stress' },
  enhanced_tag: { ...document, collection: 'enhanced_tag', scope: 'tag' },
  tag: { ...document, collection: 'tag', scope: 'tag' },
  sleep_time: { ...document, collection: 'sleep_time', scope: 'daily' },
  rest_mode_period: { ...document, collection: 'rest_mode_period', scope: 'daily' },
  ring_configuration: { ...document, collection: 'ring_configuration', scope: 'ring_configuration' },
} as const satisfies Record<string, OuraDataType>;

export type OuraDataTypeName = keyof typeof ouraDataTypes;

/** The entry of a notice's `data_type`; undefined for one that is not known. */
export function ouraDataType(name: string): OuraDataType | undefined {
  return Object.hasOwn(ouraDataTypes, name) ? ouraDataTypes[name as OuraDataTypeName] : undefined;
}

/** The types that we subscribe to and pull, in the order in which a pull takes them. */
export const wantedOuraDataTypes = (Object.keys(ouraDataTypes) as OuraDataTypeName[]).filter(
  (name) => ouraDataTypes[name].isWanted,
);
