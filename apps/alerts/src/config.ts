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

const settings = z.object({
  ...serviceSettings,
  AUREN_MASTER_API_KEY: masterKeySetting(),
  PORT: portSetting(8003),
});

export type AlertsConfig = ServiceConfig & {
  readonly version: string;
  readonly masterKey: string;
  readonly topics: { readonly signals: string; readonly changes: string };
  readonly group: string;
  /** The registered schema of the changes. */
  readonly produces: readonly RegistrySubject[];
};

export function loadConfig(env: Env): AlertsConfig {
  const read = readConfig(env, settings);
  const changes = topics.alertChanges.name;
  return {
    // Connections: two batches, the relay, vault, keys, requests and health.
    ...serviceConfig(read, { name: 'alerts', poolSize: 10, vaultCacheSize: 10_000 }),
    version,
    masterKey: read.AUREN_MASTER_API_KEY,
    topics: { signals: topics.alerts.name, changes },
    group: consumerGroups.alerts,
    produces: registrySubjects().filter(({ topic }) => topic === changes),
  };
}
