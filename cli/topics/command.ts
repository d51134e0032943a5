import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { requireSettings } from '../settings.ts';
import { createTopics } from './create-topics.ts';

/** `topics`: reads KAFKA_BOOTSTRAP_SERVERS from the environment; `--bootstrap-server` replaces it. */
export function topicsCommand(env: Env, log: Log): Command {
  const command = new Command('topics')
    .alias('create-topics')
    .description('Create the topics that are missing, and warn of those whose settings differ.')
    .option('--bootstrap-server <host:port>', 'the broker, instead of KAFKA_BOOTSTRAP_SERVERS')
    .action(async ({ bootstrapServer }: { bootstrapServer?: string }) => {
      const bootstrapServers =
        bootstrapServer ?? requireSettings(env, 'KAFKA_BOOTSTRAP_SERVERS').KAFKA_BOOTSTRAP_SERVERS;
      const created = await createTopics({ bootstrapServers, log });
      log.info(created.length === 0 ? 'all topics exist' : `${created.length} topics created`);
    });
  return addExamples(command, 'topics --bootstrap-server localhost:9092');
}
