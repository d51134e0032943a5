import { fileURLToPath } from 'node:url';
import { consumerGroups, retentionDaysSetting, topics } from '@bridge/contracts';
import {
  masterKeySetting,
  portSetting,
  serviceConfig,
  serviceSettings,
  type ServiceConfig,
} from '@bridge/delivery';
import type { RedisConfig } from '@bridge/redis';
import { ConfigError, readConfig, version, type Env } from '@bridge/service-runtime';
import { z } from 'zod';
import { type OidcSettings } from './adapters/oidc-provider.ts';
import { type PipelineSettings } from './adapters/pipeline.ts';
import type { FeedLimits } from './domain/reading.ts';
import { type FrameContent } from './domain/read-frame.ts';
import type { WarmUp } from './adapters/follow-topics.ts';
import type { ReplayLimits } from './adapters/read-missed.ts';
import type { QueueLimits } from './domain/frame-queue.ts';
import type { OpenStreamsLimits } from './http/open-streams.ts';

const mebibyte = 1_024 * 1_024;

const origin = () => z.url({ protocol: /^https?$/ });

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
  /** The edge's origin, at which browsers reach this service. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:8888'),
  /** The OpenID Connect provider at which people may sign in, as its discovery document names itself. */
  OIDC_ISSUER: z
    .url()
    .refine(isTrustworthy, 'must begin with https, unless it is on this machine')
    .optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  /** Missing for a public client. */
  OIDC_CLIENT_SECRET: z.string().optional(),
  /** Where `GET /pipeline` asks the other services for their health; one without an origin is left out. */
  INGEST_ORIGIN: origin().optional(),
  COGNITION_ORIGIN: origin().optional(),
  ALERTS_ORIGIN: origin().optional(),
  /** Frames kept for subscribers who come back. */
  STREAM_RING_FRAMES: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  /** Bytes that these frames may take. */
  STREAM_RING_BYTES: z.coerce
    .number()
    .int()
    .min(1_024)
    .default(32 * mebibyte),
  /** Time whose messages are read again at the start, so that subscribers of the gateway before can resume, in seconds. */
  STREAM_WARM_SECONDS: z.coerce.number().int().min(0).max(86_400).default(300),
  /** Of these, messages of each partition at most. */
  STREAM_START_BACK: z.coerce.number().int().min(0).max(100_000).default(2_000),
  /** Time that a subscriber may have been away and still gets all that it missed, in seconds. */
  STREAM_REPLAY_SECONDS: z.coerce.number().int().min(0).max(604_800).default(3_600),
  /** Bytes that one subscriber may have read again from Kafka. */
  STREAM_REPLAY_BYTES: z.coerce
    .number()
    .int()
    .min(1_024)
    .default(16 * mebibyte),
  /** Bytes that a slow subscriber may leave unread, after merging, before it is disconnected. */
  STREAM_BUFFER_BYTES: z.coerce.number().int().min(1_024).default(mebibyte),
  /** Open streams; more are answered with 503. */
  STREAM_MAX_SUBSCRIBERS: z.coerce.number().int().min(1).default(20_000),
  /** Open streams of one key, and from one address; more are answered with 429. */
  STREAM_MAX_PER_KEY: z.coerce.number().int().min(1).default(2_000),
  STREAM_MAX_PER_ADDRESS: z.coerce.number().int().min(1).default(2_000),
  /** Origins of other pages that may read answers, such as https://app.example.org, separated by commas. */
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform(splitOrigins)
    .refine((origins) => origins.every(isOrigin), 'must be origins such as https://app.example.org'),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** Where transitions and alert changes are pushed to, ws:// or wss://; none unless given. */
  WEBSOCKET_URL: z.url({ protocol: /^wss?$/ }).optional(),
});

function splitOrigins(text: string): string[] {
  return text
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

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
  readonly redis: RedisConfig;
  readonly corsOrigins: ReadonlySet<string>;
  readonly feed: FeedLimits;
  readonly warmUp: WarmUp;
  readonly replay: ReplayLimits;
  readonly queue: QueueLimits;
  readonly streams: OpenStreamsLimits;
  /** How long a subscriber waits until this gateway has read as far as it has, in milliseconds. */
  readonly patienceMs: number;
  readonly ticketMs: number;
  /** Where transitions and alert changes are pushed to. */
  readonly websocketUrl: string | undefined;
  /** Undefined: nobody signs in at a provider. */
  readonly oidc: OidcSettings | undefined;
  /** Browsers reach the edge by TLS. */
  readonly isPublicTls: boolean;
  readonly pipeline: PipelineSettings;
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
    redis: { url: read.REDIS_URL },
    corsOrigins: new Set(read.CORS_ORIGINS),
    feed: { frames: read.STREAM_RING_FRAMES, bytes: read.STREAM_RING_BYTES, ids: 100_000 },
    warmUp: { ms: read.STREAM_WARM_SECONDS * 1_000, messages: read.STREAM_START_BACK },
    replay: {
      ageMs: read.STREAM_REPLAY_SECONDS * 1_000,
      messages: 200_000,
      bytes: read.STREAM_REPLAY_BYTES,
      atOnce: 8,
    },
    queue: { mergeBytes: Math.ceil(read.STREAM_BUFFER_BYTES / 4), maxBytes: read.STREAM_BUFFER_BYTES },
    streams: {
      maxSubscribers: read.STREAM_MAX_SUBSCRIBERS,
      perKey: read.STREAM_MAX_PER_KEY,
      perAddress: read.STREAM_MAX_PER_ADDRESS,
      stallMs: 30_000,
    },
    patienceMs: 10_000,
    ticketMs: 30_000,
    websocketUrl: read.WEBSOCKET_URL,
    credentialsEveryMs: 250,
    page: fileURLToPath(new URL('../../dashboard/dist/', import.meta.url)),
    oidc: oidcSettings(read),
    isPublicTls: read.PUBLIC_URL.startsWith('https:'),
    pipeline: pipelineSettings(read),
  };
}

/** Secrets travel to the provider, and its answer says who somebody is. */
function isTrustworthy(issuer: string): boolean {
  const { protocol, hostname = '' } = URL.parse(issuer) ?? {};
  const isHere = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}

function oidcSettings({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: clientId,
  OIDC_CLIENT_SECRET: clientSecret,
  PUBLIC_URL,
}: z.output<typeof settings>): OidcSettings | undefined {
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer === undefined) throw new ConfigError(['OIDC_ISSUER is missing']);
  if (clientId === undefined) throw new ConfigError(['OIDC_CLIENT_ID is missing']);
  return {
    issuer,
    clientId,
    clientSecret,
    redirectUrl: `${new URL(PUBLIC_URL).origin}/session/oidc/callback`,
  };
}

function pipelineSettings(read: z.output<typeof settings>): PipelineSettings {
  return {
    consumed: [
      { topic: topics.events.name, consumer: consumerGroups.decisions },
      { topic: topics.alerts.name, consumer: consumerGroups.alerts },
    ],
    deadLettered: Object.values(topics).map(({ name }) => name),
    decided: topics.events.name,
    services: [
      { name: 'webhook-ingest', origin: read.INGEST_ORIGIN },
      { name: 'cognition', origin: read.COGNITION_ORIGIN },
      { name: 'alerts', origin: read.ALERTS_ORIGIN },
    ],
  };
}
