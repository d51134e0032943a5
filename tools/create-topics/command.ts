import type { Log } from '@bridge/core';
import { Command } from 'commander';
import { createTopics } from './create-topics.ts';

/** `create-topics`: reads KAFKA_BOOTSTRAP_SERVERS from the environment; `--bootstrap-server` replaces it. */
export function createTopicsCommand(env: NodeJS.ProcessEnv, log: Log): Command {
  return new Command('create-topics')
    .description('create the topics that are missing; warn of those that differ from the map')
    .option('--bootstrap-server <host:port>', 'broker to ask, instead of KAFKA_BOOTSTRAP_SERVERS')
    .action(async ({ bootstrapServer }: { bootstrapServer?: string }) => {
      const bootstrapServers = bootstrapServer ?? env['KAFKA_BOOTSTRAP_SERVERS'];
      if (!bootstrapServers) throw new Error('KAFKA_BOOTSTRAP_SERVERS is not set: the broker as host:port.');
      const created = await createTopics({ bootstrapServers, log });
      log.info(created.length === 0 ? 'all topics are there' : `${created.length} topics created`);
    });
}
