/** A kind of WHOOP object: its routes, below `WHOOP_API_URL`, and what is expected of it. */
export type WhoopDataType = {
  /** Lists `{records, next_token?}` between `start` (inclusive) and `end` (exclusive). */
  readonly listPath: string;
  /** One object. A recovery has no route of its own: it is found by the id of its cycle. */
  readonly objectPath: (id: string) => string;
  readonly scope: 'read:sleep' | 'read:recovery' | 'read:workout' | 'read:cycles';
  /** WHOOP sends notices of it; the others are only pulled. */
  readonly hasWebhook: boolean;
  /** Hours within which the next one arrives from a person who wears the strap; absent: it comes when it comes. */
  readonly rhythmHours?: number;
};

export const whoopDataTypes = {
  sleep: {
    listPath: '/v2/activity/sleep',
    objectPath: (id) => `/v2/activity/sleep/${encodeURIComponent(id)}`,
    scope: 'read:sleep',
    hasWebhook: true,
    rhythmHours: 60,
  },
  recovery: {
    listPath: '/v2/recovery',
    objectPath: (cycleId) => `/v2/cycle/${encodeURIComponent(cycleId)}/recovery`,
    scope: 'read:recovery',
    hasWebhook: true,
    rhythmHours: 60,
  },
  workout: {
    listPath: '/v2/activity/workout',
    objectPath: (id) => `/v2/activity/workout/${encodeURIComponent(id)}`,
    scope: 'read:workout',
    hasWebhook: true,
  },
  cycle: {
    listPath: '/v2/cycle',
    objectPath: (id) => `/v2/cycle/${encodeURIComponent(id)}`,
    scope: 'read:cycles',
    hasWebhook: false,
    rhythmHours: 48,
  },
} as const satisfies Record<string, WhoopDataType>;

export type WhoopDataTypeName = keyof typeof whoopDataTypes;

/** The entry of a type; undefined for one that is not known. */
export function whoopDataType(name: string): WhoopDataType | undefined {
  return Object.hasOwn(whoopDataTypes, name) ? whoopDataTypes[name as WhoopDataTypeName] : undefined;
}

export const whoopDataTypeNames = Object.keys(whoopDataTypes) as WhoopDataTypeName[];
