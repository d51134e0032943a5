import { topics } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import { connectKafka, createPublisher, type KafkaConnection, type OutgoingMessage } from '@bridge/kafka';
import type { Env } from '@bridge/service-runtime';
import { Command, InvalidArgumentError } from 'commander';
import { Registry } from 'prom-client';
import { addExamples } from '../examples.ts';
import type { Print } from '../run-program.ts';
import { requireSettings } from '../settings.ts';
import type { DeadLetter } from './dead-letter.ts';
import { describeMessage } from './describe-message.ts';
import { readDeadLetters } from './read-dead-letters.ts';
import { republish } from './republish.ts';

type Filter = { readonly topic?: string; readonly reason?: string };

/** `dead-letters list | show | republish`. Reads KAFKA_BOOTSTRAP_SERVERS from the environment. */
export function deadLettersCommand(env: Env, log: Log, print: Print): Command {
  const withKafka: WithKafka = (run) => connected(env, log, run);
  const command = new Command('dead-letters')
    .description('Inspect the messages that a consumer could not handle, and publish them again.')
    .addCommand(listCommand(withKafka, print))
    .addCommand(showCommand(withKafka, print))
    .addCommand(republishCommand(withKafka, print));
  return addExamples(command, 'dead-letters list --reason malformed');
}

function listCommand(withKafka: WithKafka, print: Print): Command {
  const command = new Command('list')
    .description(
      'List origin, reason, attempt, time and field at fault of each dead letter, never its key or value.',
    )
    .option('--topic <name>', 'the topic that they came from (default: all topics)')
    .option('--reason <code>', 'only those with this reason')
    .option('--json', 'print one line of JSON')
    .action((filter: Filter & { readonly json?: boolean }) =>
      withKafka(async (connection) => {
        const found = new Map<string, DeadLetter>();
        for (const topic of topicsOf(filter)) {
          await readDeadLetters(connection, topic, (letter) => {
            if (matches(letter, filter)) found.set(letter.identity, letter);
          });
        }
        if (filter.json === true) {
          print(JSON.stringify({ dead_letters: [...found.values()].map(documentOf) }));
          return;
        }
        for (const letter of found.values()) print(lineOf(letter));
        print(`${found.size} dead letters`);
      }),
    );
  return addExamples(command, 'dead-letters list --topic biometric.events');
}

function showCommand(withKafka: WithKafka, print: Print): Command {
  const command = new Command('show')
    .description('Show the headers of one dead letter, and the lengths of its key and value.')
    .argument('<origin>', '<topic>/<partition>/<offset>, as `list` prints it')
    .option('--value', 'also the key, value and headers of the message, which hold health data')
    .action((origin: string, { value = false }: { value?: boolean }) => {
      const topic = topicOf(origin);
      return withKafka(async (connection) => {
        const lines: string[] = [];
        await readDeadLetters(connection, topic, (letter, message) => {
          if (letter.origin === origin) lines.push(...describeMessage(letter, message, { value }), '');
        });
        if (lines.length === 0) throw new Error(`There is no dead letter of ${origin}.`);
        for (const line of lines.slice(0, -1)) print(line);
      });
    });
  return addExamples(command, 'dead-letters show biometric.events/2/41');
}

type RepublishOptions = Filter & { readonly all?: boolean; readonly yes?: boolean };

function republishCommand(withKafka: WithKafka, print: Print): Command {
  const command = new Command('republish')
    .description('Publish original messages again. Without --yes, only list them.')
    .argument('[origins...]', '<topic>/<partition>/<offset> of each')
    .option('--topic <name>', 'with --reason or --all: the topic that they came from (default: all topics)')
    .option('--reason <code>', 'all with this reason')
    .option('--all', 'all of them')
    .option('--yes', 'publish them')
    .action((origins: string[], options: RepublishOptions) => {
      const wanted = choose(origins, options);
      const chosenTopics = new Set(origins.length > 0 ? origins.map(topicOf) : topicsOf(options));
      return withKafka(async (connection) => {
        const publisher = createPublisher(connection);
        const publish = options.yes
          ? (messages: readonly OutgoingMessage[]) => publisher.publish(messages)
          : undefined;
        let count = 0;
        const report = (letter: DeadLetter) => {
          print(lineOf(letter));
          count += 1;
        };
        try {
          for (const topic of chosenTopics) {
            await republish(connection, { topic, wanted, publish, report });
          }
        } finally {
          await publisher.close();
          print(
            publish ? `${count} published again` : `${count} would be published again; add --yes to do it`,
          );
        }
      });
    });
  return addExamples(
    command,
    'dead-letters republish biometric.events/2/41',
    'dead-letters republish --reason unclassified --yes',
  );
}

/** Refuses an empty choice, which must not mean everything. */
function choose(origins: readonly string[], options: RepublishOptions): (letter: DeadLetter) => boolean {
  const byFilter = options.all === true || options.reason !== undefined;
  if (origins.length > 0 && !byFilter) return ({ origin }) => origins.includes(origin);
  if (origins.length === 0 && byFilter) return (letter) => matches(letter, options);
  throw new InvalidArgumentError('Choose messages with origins, --reason <code> or --all.');
}

const matches = (letter: DeadLetter, { reason }: Filter) => reason === undefined || letter.reason === reason;

function topicsOf({ topic }: Filter): string[] {
  return topic === undefined ? Object.values(topics).map(({ name }) => name) : [topic];
}

function topicOf(origin: string): string {
  const [, topic] = /^(.+)\/\d+\/\d+$/.exec(origin) ?? [];
  if (topic === undefined) {
    throw new InvalidArgumentError(`"${origin}" is not of the form <topic>/<partition>/<offset>.`);
  }
  return topic;
}

function lineOf({ origin, reason, attempt, time, fault }: DeadLetter): string {
  return [origin, reason, `attempt ${attempt}`, time, ...(fault ? [fault] : [])].join('  ');
}

function documentOf({ origin, topic, reason, attempt, time, fault }: DeadLetter) {
  return { origin, topic, reason, attempt: Number(attempt), time, fault: fault ?? null };
}

type WithKafka = (run: (connection: KafkaConnection) => Promise<void>) => Promise<void>;

async function connected(
  env: Env,
  log: Log,
  run: (connection: KafkaConnection) => Promise<void>,
): Promise<void> {
  const { KAFKA_BOOTSTRAP_SERVERS: brokers } = requireSettings(env, 'KAFKA_BOOTSTRAP_SERVERS');
  const connection = await connectKafka(
    { brokers: brokers.split(','), clientId: 'dead-letters' },
    { log, metrics: new Registry() },
  );
  try {
    await run(connection);
  } finally {
    await connection.close();
  }
}
