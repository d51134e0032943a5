import { retentionDaysSetting } from '@bridge/contracts';
import { parsed, readConfig, secret, version, type Env } from '@bridge/service-runtime';
import { parseKey, parseKeyList } from '@bridge/vault';
import { z } from 'zod';
import { listOf, refineVendors, vendorApplications, vendorSettings } from './vendors/vendor-config.ts';
import type { VendorDefinition } from './vendors/vendor-definition.ts';
import { vendorDefinitions } from './vendors/vendors.ts';

const settings = {
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
  /** Keys of our Kafka messages, written like LANGGRAPH_AES_KEY; the first signs. */
  BRIDGE_SIGNING_KEY: secret().transform(parsed(parseKeyList)),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8001),
  /** Whose `X-Forwarded-*` headers count, an Express `trust proxy` value. */
  TRUST_PROXY: z.string().optional(),
  /** Deliveries of one caller that one process takes in a minute; then it answers 429. */
  INGEST_DELIVERIES_PER_MINUTE: z.coerce.number().int().min(1).default(1_000_000),
  /** How long events are kept, in days; the database's setting, which the migration job writes, must be the same. */
  BRIDGE_RETENTION_DAYS: retentionDaysSetting,
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** Origin of the edge as browsers and vendors see it: where consents and notices come back to. */
  PUBLIC_URL: z.url().default('http://localhost:8888'),
  /** Keys of senders that sign their flat bodies as Standard Webhooks, `whsec_…`, separated by commas. */
  WEBHOOK_SECRETS: z.string().optional(),
  /** How far a signature's time may be off. A vendor may retry for an hour and not sign again. */
  SIGNATURE_WINDOW_SECONDS: z.coerce.number().int().min(30).max(7_200).default(300),
};

/** Jobs that run at once; a vendor's quota bounds them further. */
const jobsAtOnce = 8;

/**
 * Batches and their bodies, key verification, relay and health, each one at a time; and jobs, which hold a connection
 * while a token is refreshed.
 */
const poolSize = 7 + jobsAtOnce;
/** Every body is sealed for its person: about 30 MB when all of them are in use. */
const cachedPersons = 50_000;

/** A send costs about as much for one message as for hundreds; more waiting than this is answered 503. */
const batches = { lingerMs: 2, maxItems: 1_000, maxWaiting: 5_000 };
/** A body has a few hundred bytes and may have 1 MiB. */
const bodyBatches = { ...batches, bytes: { perBatch: 4 * 1024 * 1024, waiting: 64 * 1024 * 1024 } };

/**
 * 64 MiB from a phone at 2 Mbit/s take 4.5 minutes. Nobody holds a connection so long for nothing: headers and small bodies
 * have 30 s, and a large one is read behind a key, two at a time.
 */
const requestTimeoutMs = 5 * 60_000;

export type Config = ReturnType<typeof loadConfig>;

/** @param definitions The vendors whose settings are read. */
export function loadConfig(
  env: Env,
  definitions: Readonly<Record<string, VendorDefinition>> = vendorDefinitions,
) {
  const read = readConfig(env, schemaFor(definitions));
  return {
    version,
    retentionDays: read.BRIDGE_RETENTION_DAYS,
    masterKey: read.AUREN_MASTER_API_KEY,
    postgres: { url: read.POSTGRES_URL, max: poolSize, applicationName: 'webhook-ingest' },
    kafka: { brokers: read.KAFKA_BOOTSTRAP_SERVERS.split(','), clientId: 'webhook-ingest' },
    /** Batches are collected before they get there. A send is put together in several times its bytes of memory. */
    publisher: { lingerMs: 0, maxSendBytes: 256 * 1024 },
    wire: {
      registryUrl: read.SCHEMA_REGISTRY_URL,
      signingKeys: [...read.BRIDGE_SIGNING_KEY.byId].map(([id, key]) => ({ id, key: key.export() })),
    },
    vault: { kek: read.LANGGRAPH_AES_KEY, indexKey: read.BRIDGE_INDEX_KEY, cacheSize: cachedPersons },
    http: { host: read.HOST, port: read.PORT, requestTimeoutMs },
    app: read.TRUST_PROXY === undefined ? {} : { trustProxy: read.TRUST_PROXY },
    batches,
    bodyBatches,
    redis: { url: read.REDIS_URL },
    jobs: { url: read.POSTGRES_URL, concurrency: jobsAtOnce },
    rateLimits: { perCaller: read.INGEST_DELIVERIES_PER_MINUTE, refusalsPerAddress: 60 },
    vendors: vendorApplications(definitions, read),
    publicUrl: new URL(read.PUBLIC_URL).origin,
    webhookSecrets: listOf(read.WEBHOOK_SECRETS),
    signatureWindowMs: read.SIGNATURE_WINDOW_SECONDS * 1_000,
  };
}

function schemaFor(definitions: Readonly<Record<string, VendorDefinition>>) {
  // The keys of vendors follow from their definitions, so only `vendorApplications` knows them.
  const ofVendors: object = vendorSettings(definitions);
  return z
    .object({ ...settings, ...ofVendors })
    .superRefine((values, context) => refineVendors(definitions, values, context));
}
