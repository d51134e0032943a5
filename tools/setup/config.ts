import { retentionDaysSetting } from '@bridge/contracts';
import { readConfig, secret, type Env } from '@bridge/service-runtime';
import { z } from 'zod';

const settings = z.object({
  /** As the owner of the database. */
  POSTGRES_ADMIN_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** `host:port`, separated by commas. */
  KAFKA_BOOTSTRAP_SERVERS: z.string(),
  SCHEMA_REGISTRY_URL: z.url(),
  /** How long events are kept, in days. The services that judge their age get the same. */
  BRIDGE_RETENTION_DAYS: retentionDaysSetting,
  /** Passwords of the services' database roles. */
  BRIDGE_DB_PASSWORD_INGEST: secret(),
  BRIDGE_DB_PASSWORD_COGNITION: secret(),
  BRIDGE_DB_PASSWORD_ALERTS: secret(),
  BRIDGE_DB_PASSWORD_GATEWAY: secret(),
});

export function loadConfig(env: Env) {
  const read = readConfig(env, settings);
  return {
    adminUrl: read.POSTGRES_ADMIN_URL,
    bootstrapServers: read.KAFKA_BOOTSTRAP_SERVERS,
    retentionDays: read.BRIDGE_RETENTION_DAYS,
    registryUrl: read.SCHEMA_REGISTRY_URL,
    passwords: {
      ingest: read.BRIDGE_DB_PASSWORD_INGEST,
      cognition: read.BRIDGE_DB_PASSWORD_COGNITION,
      alerts: read.BRIDGE_DB_PASSWORD_ALERTS,
      gateway: read.BRIDGE_DB_PASSWORD_GATEWAY,
    },
  };
}
