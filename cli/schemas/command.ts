import { registrySubjects } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import { registerSchemas } from '@bridge/kafka';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { requireSettings } from '../settings.ts';

/** `schemas`: reads SCHEMA_REGISTRY_URL from the environment. */
export function schemasCommand(env: Env, log: Log): Command {
  const command = new Command('schemas')
    .alias('register-schemas')
    .description(
      "Register our schemas of all topics as bridge.<topic>-value under BACKWARD compatibility, and leave <topic>-value to partners' clients, with NONE.",
    )
    .action(async () => {
      const { SCHEMA_REGISTRY_URL: registryUrl } = requireSettings(env, 'SCHEMA_REGISTRY_URL');
      const ids = await registerSchemas({ registryUrl, subjects: registrySubjects() });
      log.info(`${ids.size} schemas registered`);
    });
  return addExamples(command, 'schemas');
}
