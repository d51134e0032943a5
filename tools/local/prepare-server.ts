import { findJava } from './find-java.ts';
import type { StackPaths } from '@bridge/cli/stack-paths';
import type { Ports } from './ports.ts';
import type { Secrets } from './secrets.ts';
import type { ServerName, ServerUrls } from './server-urls.ts';
import { prepareKafka } from './prepare-kafka.ts';
import { databaseOwner, postgresUrl, preparePostgres } from './prepare-postgres.ts';
import { prepareRedis } from './prepare-redis.ts';
import { prepareRegistry, registryUrl } from './prepare-registry.ts';
import type { Program } from './supervise.ts';

type Options = {
  readonly paths: StackPaths;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
};

/** Prepares one server, so that its program only has to be started. */
export function prepareServer(
  name: ServerName,
  { paths, ports, secrets, signal }: Options,
): Program | Promise<Program> {
  const java = findJava() ?? 'java';
  switch (name) {
    case 'postgres':
      return preparePostgres({ paths, port: ports.postgres, password: secrets.BRIDGE_DB_PASSWORD_OWNER });
    case 'kafka':
      return prepareKafka({ paths, java, port: ports.kafka, controllerPort: ports.kafkaController, signal });
    case 'registry':
      return prepareRegistry({ paths, java, port: ports.registry });
    case 'redis':
      return prepareRedis({ paths, port: ports.redis });
  }
}

/** Returns the URLs of this stack's servers. `replaced` holds those that the environment names. */
export function serverUrls(ports: Ports, secrets: Secrets, replaced: Partial<ServerUrls>): ServerUrls {
  return {
    postgres: postgresUrl(ports.postgres, databaseOwner, secrets.BRIDGE_DB_PASSWORD_OWNER),
    kafka: `127.0.0.1:${ports.kafka}`,
    registry: registryUrl(ports.registry),
    redis: `redis://127.0.0.1:${ports.redis}`,
    ...replaced,
  };
}
