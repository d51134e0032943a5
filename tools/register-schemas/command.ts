import { registrySubjects } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import { registerSchemas } from '@bridge/kafka';
import { Command } from 'commander';

/** `register-schemas`: reads SCHEMA_REGISTRY_URL from the environment. */
export function registerSchemasCommand(env: NodeJS.ProcessEnv, log: Log): Command {
  return new Command('register-schemas')
    .description('register the schemas of all topics under BACKWARD compatibility')
    .action(async () => {
      const registryUrl = env['SCHEMA_REGISTRY_URL'];
      if (!registryUrl)
        throw new Error('SCHEMA_REGISTRY_URL is not set: the base URL of the Confluent-compatible API.');
      const ids = await registerSchemas({ registryUrl, subjects: registrySubjects() });
      log.info(`${ids.size} schemas are registered`);
    });
}
