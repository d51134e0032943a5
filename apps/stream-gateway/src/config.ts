import { fileURLToPath } from 'node:url';
import { consumerGroups, retentionDaysSetting, topics } from '@bridge/contracts';
import {
  masterKeySetting,
  portSetting,
  serviceConfig,
  serviceSettings,
  type ServiceConfig,
} from '@bridge/delivery';
import { ConfigError, readConfig, version, type Env } from '@bridge/service-runtime';
import { z } from 'zod';
import { type OidcSettings } from './adapters/oidc-provider.ts';
import { type PipelineSettings } from './adapters/pipeline.ts';
import { type FrameContent } from './domain/read-frame.ts';
import { type StreamLimits } from './http/stream-route.ts';

const origin = () => z.url({ protocol: /^https?$/ });

const settings = z.object({
  ...serviceSettings,
  AUREN_MASTER_API_KEY: masterKeySetting(),
  /** How long events are kept, in days, as for the other services: older ones are not shown. */
  BRIDGE_RETENTION_DAYS: retentionDaysSetting,
  PORT: portSetting(8004),
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
  /** The kind of frame that each topic's messages become, in the order of the offsets in a frame's id. */
  readonly kinds: ReadonlyMap<string, FrameContent['kind']>;
  readonly trustProxy: string;
  readonly ring: { readonly frames: number; readonly bytes: number };
  /** Ids remembered to show a repeated message once, about 100 bytes each. */
  readonly seenIds: number;
  readonly startBack: number;
  readonly limits: StreamLimits;
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
    trustProxy: read.TRUST_PROXY,
    ring: { frames: read.STREAM_RING_FRAMES, bytes: read.STREAM_RING_BYTES },
    seenIds: 50_000,
    startBack: read.STREAM_START_BACK,
    limits: { bufferBytes: read.STREAM_BUFFER_BYTES, maxSubscribers: read.STREAM_MAX_SUBSCRIBERS },
    oidc: oidcSettings(read),
    isPublicTls: read.PUBLIC_URL.startsWith('https:'),
    pipeline: pipelineSettings(read),
    credentialsEveryMs: 1_000,
    page: fileURLToPath(new URL('../public/', import.meta.url)),
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
