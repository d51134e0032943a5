import { entryOf, type DataType } from '../data-type.ts';
import { readHeartRate } from './heart-rate.ts';

/** Lists take `start_date`/`end_date` (local days) or `start_datetime`/`end_datetime`. */
type OuraDataType = DataType & { readonly scope: OuraScope; readonly listedBy: 'date' | 'datetime' };

type OuraScope =
  | 'daily'
  | 'heartrate'
  | 'workout'
  | 'tag'
  | 'session'
  | 'spo2'
  | 'stress'
  | 'heart_health'
  | 'ring_configuration';

const document = {
  hasNotices: true,
  listedBy: 'date',
  shape: 'document',
  isWanted: false,
  expectedWithinHours: 'irregular',
} as const;
const wanted = { ...document, isWanted: true } as const;
/** A night, and what Oura makes of it, waits until the person opens the app; a ring left off for one night is no silence. */
const perNight = { ...wanted, expectedWithinHours: 60 } as const;

/**
 * By the name that notices use. An open set: Oura adds types. A collection lies below `/v2/usercollection/` and does not
 * always have the name that notices use.
 */
export const ouraDataTypes = {
  sleep: { ...perNight, collection: 'sleep', scope: 'daily' },
  daily_sleep: { ...perNight, collection: 'daily_sleep', scope: 'daily' },
  daily_readiness: { ...perNight, collection: 'daily_readiness', scope: 'daily' },
  daily_activity: { ...wanted, collection: 'daily_activity', scope: 'daily', expectedWithinHours: 48 },
  daily_spo2: { ...wanted, collection: 'daily_spo2', scope: 'spo2' },
  daily_stress: { ...wanted, collection: 'daily_stress', scope: 'stress' },
  vo2_max: { ...wanted, collection: 'vO2_max', scope: 'heart_health' },
  workout: { ...wanted, collection: 'workout', scope: 'workout' },
  session: { ...wanted, collection: 'session', scope: 'session' },
  heartrate: {
    collection: 'heartrate',
    scope: 'heartrate',
    hasNotices: false,
    listedBy: 'datetime',
    shape: 'series',
    isWanted: true,
    expectedWithinHours: 48,
    readPoints: readHeartRate,
  },
  daily_cardiovascular_age: { ...document, collection: 'daily_cardiovascular_age', scope: 'heart_health' },
  daily_resilience: { ...document, collection: 'daily_resilience', scope: 'stress' },
  enhanced_tag: { ...document, collection: 'enhanced_tag', scope: 'tag' },
  tag: { ...document, collection: 'tag', scope: 'tag' },
  sleep_time: { ...document, collection: 'sleep_time', scope: 'daily' },
  rest_mode_period: { ...document, collection: 'rest_mode_period', scope: 'daily' },
  ring_configuration: { ...document, collection: 'ring_configuration', scope: 'ring_configuration' },
} as const satisfies Record<string, OuraDataType>;

/** The entry of a notice's `data_type`; undefined for one that is not known. */
export function ouraDataType(name: string): OuraDataType | undefined {
  return entryOf<OuraDataType>(ouraDataTypes, name);
}
