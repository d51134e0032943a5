import type { Log } from '@bridge/core';
import { connectKafka } from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import type { Env } from '@bridge/service-runtime';
import { Command, InvalidArgumentError } from 'commander';
import { Registry } from 'prom-client';
import { addExamples } from '../examples.ts';
import { wholeNumber } from '../number-options.ts';
import type { Print } from '../run-program.ts';
import { requireSettings } from '../settings.ts';
import { describePositions, planReset, type Servers, type Target } from './reset-position.ts';

type Options = {
  readonly consumer?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly to?: Target;
  readonly yes?: boolean;
};

/** `reset-position`. Reads POSTGRES_ADMIN_URL and KAFKA_BOOTSTRAP_SERVERS from the environment. */
export function resetPositionCommand(env: Env, log: Log, print: Print): Command {
  const command = new Command('reset-position')
    .description(
      "Show the consumers' positions, or reset one. Without --yes, only say what a reset would do.",
    )
    .option('--consumer <group>', 'the consumer group, such as neuros-biometric-bridge')
    .option('--topic <name>', 'its topic')
    .option('--partition <number>', 'the one partition to reset', wholeNumber(0))
    .option('--to <offset>', 'earliest, latest, or the offset of the next message to read', target)
    .option('--yes', 'reset it; the consumer must be stopped')
    .action((options: Options) => {
      const reset = chosenReset(options);
      return withServers(env, log, (servers) => run(servers, reset, print));
    });
  return addExamples(
    command,
    'reset-position',
    'reset-position --consumer neuros-biometric-bridge --topic biometric.events --partition 0 --to earliest',
  );
}

type Reset = Parameters<typeof planReset>[1] & { readonly yes: boolean };

/** Undefined when the positions are to be shown. */
function chosenReset({ consumer, topic, partition, to, yes = false }: Options): Reset | undefined {
  const given = [consumer, topic, partition, to].filter((option) => option !== undefined);
  if (given.length === 0 && !yes) return undefined;
  if (consumer === undefined || topic === undefined || partition === undefined || to === undefined) {
    throw new InvalidArgumentError('A reset needs all of --consumer, --topic, --partition and --to.');
  }
  return { consumer, topic, partition, to, yes };
}

async function run(servers: Servers, reset: Reset | undefined, print: Print): Promise<void> {
  if (reset === undefined) {
    for (const line of await describePositions(servers)) print(line);
    return;
  }
  const { meaning, apply } = await planReset(servers, reset);
  for (const line of meaning) print(line);
  if (reset.yes) await apply();
  print(reset.yes ? 'Done. Start the service again.' : 'Nothing was changed; add --yes to do it.');
}

async function withServers(env: Env, log: Log, work: (servers: Servers) => Promise<void>): Promise<void> {
  const { POSTGRES_ADMIN_URL: url, KAFKA_BOOTSTRAP_SERVERS: brokers } = requireSettings(
    env,
    'POSTGRES_ADMIN_URL',
    'KAFKA_BOOTSTRAP_SERVERS',
  );
  const clientId = 'reset-position';
  const metrics = new Registry();
  const postgres = connectPostgres({ url, max: 1, applicationName: clientId }, { log, metrics });
  try {
    const connection = await connectKafka({ brokers: brokers.split(','), clientId }, { log, metrics });
    try {
      await work({ query: postgres.query, connection });
    } finally {
      await connection.close();
    }
  } finally {
    await postgres.close();
  }
}

function target(text: string): Target {
  return text === 'earliest' || text === 'latest' ? text : wholeNumber(0)(text);
}
