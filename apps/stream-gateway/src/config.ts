import { retentionDaysSetting, topics } from '@bridge/contracts';
import { parsed, readConfig, secret, version, type Env } from '@bridge/service-runtime';
import { parseKey, parseKeyList } from '@bridge/vault';
import { z } from 'zod';
import { type Shown } from './domain/read-frame.ts';

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
  /** Keys of our Kafka messages, written like LANGGRAPH_AES_KEY. */
  BRIDGE_SIGNING_KEY: secret().transform(parsed(parseKeyList)),
  /** How long events are kept, in days, as for the other services: older ones are not shown. */
  BRIDGE_RETENTION_DAYS: retentionDaysSetting,
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8004),
  /** Whose X-Forwarded headers count: an Express `trust proxy` value. */
  TRUST_PROXY: z.string().default('loopback, uniquelocal'),
  /** Frames kept for subscribers who come back. */
  STREAM_RING_FRAMES: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  /** Bytes that these frames may take. */
  STREAM_RING_BYTES: z.coerce
    .number()
    .int()
    .min(1_024)
    .default(32 * 1_024 * 1_024),
  /** Messages of each partition read again at the start, so that subscribers of the gateway before can resume. */
  STREAM_START_BACK: z.coerce.number().int().min(0).max(100_000).default(500),
  /** Bytes that a slow subscriber may leave unread before it is disconnected. */
  STREAM_BUFFER_BYTES: z.coerce
    .number()
    .int()
    .min(1_024)
    .default(1_024 * 1_024),
  /** Open streams; more are answered with 503. */
  STREAM_MAX_SUBSCRIBERS: z.coerce.number().int().min(1).default(20_000),
});

/** What each topic shows; their order is that of the offsets in a frame's id. */
const kinds: ReadonlyMap<string, Shown['kind']> = new Map([
  [topics.events.name, 'event'],
  [topics.transitions.name, 'transition'],
  [topics.alertChanges.name, 'alert'],
] as const);

/** Ids remembered to show a repeated message once, about 100 bytes each. */
const seenIds = 50_000;

export function loadConfig(env: Env) {
  const read = readConfig(env, settings);
  return {
    version,
    kinds,
    retentionDays: read.BRIDGE_RETENTION_DAYS,
    masterKey: read.AUREN_MASTER_API_KEY,
    postgres: { url: read.POSTGRES_URL, max: 6, applicationName: 'stream-gateway' },
    kafka: { brokers: read.KAFKA_BOOTSTRAP_SERVERS.split(','), clientId: 'stream-gateway' },
    registryUrl: read.SCHEMA_REGISTRY_URL,
    signingKeys: [...read.BRIDGE_SIGNING_KEY.byId].map(([id, key]) => ({ id, key: key.export() })),
    vault: { kek: read.LANGGRAPH_AES_KEY, indexKey: read.BRIDGE_INDEX_KEY, cacheSize: 20_000 },
    http: { host: read.HOST, port: read.PORT },
    trustProxy: read.TRUST_PROXY,
    ring: { frames: read.STREAM_RING_FRAMES, bytes: read.STREAM_RING_BYTES },
    seenIds,
    startBack: read.STREAM_START_BACK,
    limits: { bufferBytes: read.STREAM_BUFFER_BYTES, maxSubscribers: read.STREAM_MAX_SUBSCRIBERS },
  };
}
