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
  /** Persons whose state and key are kept in memory, about 4 KB each. */
  STATE_CACHE_SIZE: z.coerce.number().int().min(1).default(50_000),
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
    stateCacheSize: read.STATE_CACHE_SIZE,
    redis: { url: read.REDIS_URL },
  };
}
