import { z } from 'zod';
import { entryOf, type Companion, type DataType } from '../data-type.ts';

type WhoopDataType = DataType & {
  readonly scope: 'read:sleep' | 'read:recovery' | 'read:workout' | 'read:cycles';
};

const sleepId = z.looseObject({ id: z.union([z.string(), z.number()]).transform(String) });
const idOfSleep = z.looseObject({ sleep_id: z.union([z.string(), z.number()]).transform(String) });

/** A recovery says what a notice of it would say only together with its sleep, which alone knows when the night was. */
const sleepOfRecovery: Companion = {
  dataType: 'sleep',
  idIn: (recovery) => idOfSleep.safeParse(recovery).data?.sleep_id,
  idOf: (sleep) => sleepId.safeParse(sleep).data?.id,
};

/** A collection lies below `WHOOP_API_URL`; it lists `{records, next_token?}`. */
export const whoopDataTypes = {
  sleep: {
    collection: '/v2/activity/sleep',
    scope: 'read:sleep',
    hasNotices: true,
    shape: 'document',
    isWanted: true,
    expectedWithinHours: 60,
  },
  recovery: {
    collection: '/v2/recovery',
    scope: 'read:recovery',
    hasNotices: true,
    shape: 'document',
    isWanted: true,
    expectedWithinHours: 60,
    companion: sleepOfRecovery,
  },
  workout: {
    collection: '/v2/activity/workout',
    scope: 'read:workout',
    hasNotices: true,
    shape: 'document',
    isWanted: true,
    expectedWithinHours: 'irregular',
  },
  cycle: {
    collection: '/v2/cycle',
    scope: 'read:cycles',
    hasNotices: false,
    shape: 'document',
    isWanted: true,
    expectedWithinHours: 48,
  },
} as const satisfies Record<string, WhoopDataType>;

export type WhoopDataTypeName = keyof typeof whoopDataTypes;

/** The entry of a type; undefined for one that is not known. */
export function whoopDataType(name: string): WhoopDataType | undefined {
  return entryOf<WhoopDataType>(whoopDataTypes, name);
}
