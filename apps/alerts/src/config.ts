import { consumerGroups, registrySubjects, topics, type RegistrySubject } from '@bridge/contracts';
import {
  masterKeySetting,
  portSetting,
  serviceConfig,
  serviceSettings,
  type ServiceConfig,
} from '@bridge/delivery';
import { readConfig, version, type Env } from '@bridge/service-runtime';
import { z } from 'zod';
import type { WatchLimits } from './watchdog/domain/judge-producers.ts';

const settings = z.object({
  ...serviceSettings,
  AUREN_MASTER_API_KEY: masterKeySetting(),
  PORT: portSetting(8003),
  /** Proxies whose X-Forwarded-For counts, as Express takes them; without it links are limited per direct caller. */
  TRUST_PROXY: z.string().optional(),
  /** Origin of the edge as browsers see it: links in notifications begin with it. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:8888'),
  /** A topic of an ntfy server, such as https://ntfy.sh/my-topic: the channel `default`, made at the first start. */
  ALERTS_DEFAULT_NTFY_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Operators are told that a producer of signals is silent after so long without a heartbeat. */
  ALERTS_SILENT_AFTER_SECONDS: z.coerce.number().int().min(30).max(86_400).default(60),
  /** The same that nothing moves, after so long without an event and a decision although connections are active. */
  ALERTS_STALLED_AFTER_SECONDS: z.coerce.number().int().min(60).max(2_592_000).default(21_600),
  /** Folder in which channels of kind `sink` may write files, for tests and demonstrations. */
  ALERTS_SINK_FOLDER: z.string().min(1).optional(),
  /** Receivers with private addresses that may be asked, `host` or `host:port`, separated by commas. */
  ALERTS_ALLOWED_PRIVATE_HOSTS: z.string().default('').transform(hostList),
});

/** In lower case. An IPv6 address stands in brackets. */
function hostList(text: string, context: z.RefinementCtx<string>): ReadonlySet<string> {
  const hosts = text.split(',').flatMap((part) => part.trim().toLowerCase() || []);
  const isHost = (host: string) => /^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(host);
  if (hosts.every(isHost)) return new Set(hosts);
  context.addIssue({ code: 'custom', message: 'must be host or host:port, separated by commas' });
  return z.NEVER;
}

export type AlertsConfig = ServiceConfig & {
  readonly version: string;
  readonly masterKey: string;
  readonly app: { readonly trustProxy?: string };
  readonly topics: { readonly signals: string; readonly changes: string; readonly events: string };
  readonly group: string;
  readonly publicUrl: string;
  readonly defaultNtfyUrl: string | undefined;
  /** `host` or `host:port`, in lower case. */
  readonly allowedPrivateHosts: ReadonlySet<string>;
  /** Where channels of kind `sink` may write; undefined: nowhere. */
  readonly sinkFolder: string | undefined;
  readonly watch: Pick<WatchLimits, 'silentAfterMs' | 'stalledAfterMs'>;
  /** The registered schemas of the changes, and of the events that answers become. */
  readonly produces: readonly RegistrySubject[];
};

export function loadConfig(env: Env): AlertsConfig {
  const read = readConfig(env, settings);
  const [changes, events] = [topics.alertChanges.name, topics.events.name];
  return {
    // Connections: two batches, the relay, planner, deliveries, watchdog, vault, keys, requests and health.
    ...serviceConfig(read, { name: 'alerts', poolSize: 16, vaultCacheSize: 10_000 }),
    version,
    app: read.TRUST_PROXY === undefined ? {} : { trustProxy: read.TRUST_PROXY },
    masterKey: read.AUREN_MASTER_API_KEY,
    topics: { signals: topics.alerts.name, changes, events },
    group: consumerGroups.alerts,
    publicUrl: new URL(read.PUBLIC_URL).origin,
    defaultNtfyUrl: read.ALERTS_DEFAULT_NTFY_URL,
    allowedPrivateHosts: read.ALERTS_ALLOWED_PRIVATE_HOSTS,
    sinkFolder: read.ALERTS_SINK_FOLDER,
    watch: {
      silentAfterMs: read.ALERTS_SILENT_AFTER_SECONDS * 1_000,
      stalledAfterMs: read.ALERTS_STALLED_AFTER_SECONDS * 1_000,
    },
    produces: registrySubjects().filter(({ topic }) => topic === changes || topic === events),
  };
}
