import { retentionDaysSetting } from '@bridge/contracts';
import { portSetting, serviceConfig, serviceSettings } from '@bridge/delivery';
import { readConfig, version, type Env } from '@bridge/service-runtime';
import { z } from 'zod';

const settings = z.object({
  ...serviceSettings,
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** How long events are kept, in days; the database's setting, which the migration job writes, must be the same. */
  BRIDGE_RETENTION_DAYS: retentionDaysSetting,
  PORT: portSetting(8002),
  /** The rules, relative to the working directory. */
  NEUROS_CONFIG: z.string().default('config/neuros.yaml'),
  /** Persons whose state and key are kept in memory. */
  STATE_CACHE_SIZE: z.coerce.number().int().min(1).default(50_000),
  /** Bytes for the states that are kept as text, outside the JavaScript heap; beyond them fewer persons are kept. */
  STATE_CACHE_BYTES: z.coerce.number().int().min(1_048_576).max(17_179_869_184).default(100_663_296),
  /** Most messages in one micro-batch; three times as many while workers are in each other's way. */
  BATCH_SIZE: z.coerce.number().int().min(1).max(10_000).default(1_000),
});

/** Connections of one worker: two batches, the relay, vault, maintenance and health. */
const poolSize = 8;

export function loadConfig(env: Env) {
  const read = readConfig(env, settings);
  return {
    ...serviceConfig(read, { name: 'cognition', poolSize, vaultCacheSize: read.STATE_CACHE_SIZE }),
    version,
    retentionDays: read.BRIDGE_RETENTION_DAYS,
    rules: read.NEUROS_CONFIG,
    limits: { maxMessages: read.BATCH_SIZE },
    stateCache: { maxPersons: read.STATE_CACHE_SIZE, maxBytes: read.STATE_CACHE_BYTES },
    redis: { url: read.REDIS_URL },
  };
}
