import { fileURLToPath } from 'node:url';
import { retentionDaysSetting, topics } from '@bridge/contracts';
import {
  masterKeySetting,
  portSetting,
  serviceConfig,
  serviceSettings,
  type ServiceConfig,
} from '@bridge/delivery';
import { readConfig, version, type Env } from '@bridge/service-runtime';
import { z } from 'zod';
import { type FrameContent } from './domain/read-frame.ts';
import { type StreamLimits } from './http/stream-route.ts';

const settings = z.object({
  ...serviceSettings,
  AUREN_MASTER_API_KEY: masterKeySetting(),
  /** How long events are kept, in days, as for the other services: older ones are not shown. */
  BRIDGE_RETENTION_DAYS: retentionDaysSetting,
  PORT: portSetting(8004),
  /** The rules, relative to the working directory: their sentences, and how usual values are computed. */
  NEUROS_CONFIG: z.string().default('config/neuros.yaml'),
  /** Requests for people's data of one key in a minute; more are answered with 429. */
  API_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(1_200),
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

const kinds: ReadonlyMap<string, FrameContent['kind']> = new Map([
  [topics.events.name, 'event'],
  [topics.transitions.name, 'transition'],
  [topics.alertChanges.name, 'alert'],
  [topics.insights.name, 'insight'],
] as const);

export type GatewayConfig = ServiceConfig & {
  readonly version: string;
  readonly retentionDays: number;
  readonly masterKey: string;
  /** File of the rules. */
  readonly rules: string;
  readonly requestsPerMinute: number;
  /** File of the API's description. */
  readonly openApi: string;
  /** The kind of frame that each topic's messages become, in the order of the offsets in a frame's id. */
  readonly kinds: ReadonlyMap<string, FrameContent['kind']>;
  readonly trustProxy: string;
  readonly ring: { readonly frames: number; readonly bytes: number };
  /** Ids remembered to show a repeated message once, about 100 bytes each. */
  readonly seenIds: number;
  readonly startBack: number;
  readonly limits: StreamLimits;
  /** Time between two looks at the credentials of open streams, in milliseconds. */
  readonly credentialsEveryMs: number;
  /** Folder of the page at `/`. */
  readonly page: string;
};

export function loadConfig(env: Env): GatewayConfig {
  const read = readConfig(env, settings);
  return {
    ...serviceConfig(read, { name: 'stream-gateway', poolSize: 6, vaultCacheSize: 20_000 }),
    version,
    retentionDays: read.BRIDGE_RETENTION_DAYS,
    masterKey: read.AUREN_MASTER_API_KEY,
    kinds,
    rules: read.NEUROS_CONFIG,
    requestsPerMinute: read.API_REQUESTS_PER_MINUTE,
    openApi: fileURLToPath(new URL('../../../docs/generated/openapi.json', import.meta.url)),
    trustProxy: read.TRUST_PROXY,
    ring: { frames: read.STREAM_RING_FRAMES, bytes: read.STREAM_RING_BYTES },
    seenIds: 50_000,
    startBack: read.STREAM_START_BACK,
    limits: { bufferBytes: read.STREAM_BUFFER_BYTES, maxSubscribers: read.STREAM_MAX_SUBSCRIBERS },
    credentialsEveryMs: 1_000,
    page: fileURLToPath(new URL('../public/', import.meta.url)),
  };
}
