import { parsed, readConfig, secret, version, type Env } from '@bridge/service-runtime';
import { parseKey, parseKeyList } from '@bridge/vault';
import { z } from 'zod';

const settings = z.object({
  POSTGRES_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** `host:port`, separated by commas. */
  KAFKA_BOOTSTRAP_SERVERS: z.string(),
  SCHEMA_REGISTRY_URL: z.url(),
  /** The first admin key. */
  AUREN_MASTER_API_KEY: secret(),
  /** Key-encryption keys, `id:base64` separated by commas; the first wraps, all unwrap. */
  LANGGRAPH_AES_KEY: secret().transform(parsed(parseKeyList)),
  /** 32 bytes in base64: the blind index of user ids. Never rotates. */
  BRIDGE_INDEX_KEY: secret().transform(parsed(parseKey)),
  /** Keys of our Kafka messages, written like LANGGRAPH_AES_KEY; the first signs, all verify. */
  BRIDGE_SIGNING_KEY: secret().transform(parsed(parseKeyList)),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8003),
});

/** Connections of one process: two batches, the relay, vault, keys, requests and health. */
const poolSize = 10;
/** Persons kept unwrapped in memory, about 0.6 KB each. */
const vaultCacheSize = 10_000;

export function loadConfig(env: Env) {
  const read = readConfig(env, settings);
  return {
    version,
    postgres: { url: read.POSTGRES_URL, max: poolSize, applicationName: 'alerts' },
    kafka: { brokers: read.KAFKA_BOOTSTRAP_SERVERS.split(','), clientId: 'alerts' },
    registryUrl: read.SCHEMA_REGISTRY_URL,
    masterKey: read.AUREN_MASTER_API_KEY,
    signingKeys: [...read.BRIDGE_SIGNING_KEY.byId].map(([id, key]) => ({ id, key: key.export() })),
    vault: { kek: read.LANGGRAPH_AES_KEY, indexKey: read.BRIDGE_INDEX_KEY, cacheSize: vaultCacheSize },
    http: { host: read.HOST, port: read.PORT },
  };
}
