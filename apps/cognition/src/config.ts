import { retentionDaysSetting } from '@bridge/contracts';
import { parsed, readConfig, secret, version, type Env } from '@bridge/service-runtime';
import { parseKey, parseKeyList } from '@bridge/vault';
import { z } from 'zod';

const settings = z.object({
  POSTGRES_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** `host:port`, separated by commas. */
  KAFKA_BOOTSTRAP_SERVERS: z.string(),
  SCHEMA_REGISTRY_URL: z.url(),
  /** Key-encryption keys, `id:base64` separated by commas; the first wraps, all unwrap. */
  LANGGRAPH_AES_KEY: secret().transform(parsed(parseKeyList)),
  /** 32 bytes in base64: the blind index of user ids. Never rotates. */
  BRIDGE_INDEX_KEY: secret().transform(parsed(parseKey)),
  /** Keys of our Kafka messages, written like LANGGRAPH_AES_KEY; the first signs, all verify. */
  BRIDGE_SIGNING_KEY: secret().transform(parsed(parseKeyList)),
  /** How long events are kept, in days; the database's setting, which the migration job writes, must be the same. */
  BRIDGE_RETENTION_DAYS: retentionDaysSetting,
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8002),
  /** The rules, relative to the working directory. */
  NEUROS_CONFIG: z.string().default('config/neuros.yaml'),
  /** Persons whose state and key are kept in memory, about 4 KB each. */
  STATE_CACHE_SIZE: z.coerce.number().int().min(1).default(50_000),
  /** Most messages in one micro-batch; three times as many while workers are in each other's way. */
  BATCH_SIZE: z.coerce.number().int().min(1).max(10_000).default(1_000),
});

/** Connections of one worker: two batches, the relay, vault, census and health. */
const poolSize = 8;

export function loadConfig(env: Env) {
  const read = readConfig(env, settings);
  return {
    version,
    retentionDays: read.BRIDGE_RETENTION_DAYS,
    rules: read.NEUROS_CONFIG,
    limits: { maxMessages: read.BATCH_SIZE },
    stateCacheSize: read.STATE_CACHE_SIZE,
    postgres: { url: read.POSTGRES_URL, max: poolSize, applicationName: 'cognition' },
    redis: { url: read.REDIS_URL },
    kafka: { brokers: read.KAFKA_BOOTSTRAP_SERVERS.split(','), clientId: 'cognition' },
    wire: {
      registryUrl: read.SCHEMA_REGISTRY_URL,
      signingKeys: [...read.BRIDGE_SIGNING_KEY.byId].map(([id, key]) => ({ id, key: key.export() })),
    },
    vault: { kek: read.LANGGRAPH_AES_KEY, indexKey: read.BRIDGE_INDEX_KEY, cacheSize: read.STATE_CACHE_SIZE },
    http: { host: read.HOST, port: read.PORT },
  };
}
