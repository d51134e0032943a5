import { topics } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import { connectKafka, createPublisher, type KafkaConnection, type OutgoingMessage } from '@bridge/kafka';
import { Command } from 'commander';
import { Registry } from 'prom-client';
import type { DeadLetter } from './dead-letter.ts';
import { describeMessage } from './describe-message.ts';
import { readDeadLetters } from './read-dead-letters.ts';
import { republish } from './republish.ts';

type Print = (line: string) => void;
type Filter = { readonly topic?: string; readonly reason?: string };

/** `dead-letters list | show | republish`. Reads KAFKA_BOOTSTRAP_SERVERS from the environment. */
export function deadLettersCommand(env: NodeJS.ProcessEnv, log: Log, print: Print = console.log): Command {
  const withKafka: WithKafka = (run) => connected(env, log, run);
  return new Command('dead-letters')
    .description('messages that a consumer could never handle: look at them, publish them again')
    .addCommand(listCommand(withKafka, print))
    .addCommand(showCommand(withKafka, print))
    .addCommand(republishCommand(withKafka, print));
}

function listCommand(withKafka: WithKafka, print: Print): Command {
  return new Command('list')
    .description('origin, reason, attempt and time of each; never keys or values')
    .option('--topic <name>', 'the topic they came from; all topics when missing')
    .option('--reason <code>', 'only those with this reason')
    .action((filter: Filter) =>
      withKafka(async (connection) => {
        const found = new Map<string, DeadLetter>();
        for (const topic of topicsOf(filter)) {
          await readDeadLetters(connection, topic, (letter) => {
            if (matches(letter, filter)) found.set(letter.identity, letter);
          });
        }
        for (const letter of found.values()) print(lineOf(letter));
        print(`${found.size} dead letters`);
      }),
    );
}

function showCommand(withKafka: WithKafka, print: Print): Command {
  return new Command('show')
    .description('one dead letter: its headers, and how long key and value are')
    .argument('<origin>', '<topic>/<partition>/<offset>, as `list` prints it')
    .option(
      '--value',
      'also the key, the value and the headers of the message: they say things about a person',
    )
    .action((origin: string, { value = false }: { value?: boolean }) =>
      withKafka(async (connection) => {
        const lines: string[] = [];
        await readDeadLetters(connection, topicOf(origin), (letter, message) => {
          if (letter.origin === origin) lines.push(...describeMessage(letter, message, { value }), '');
        });
        if (lines.length === 0) throw new Error(`There is no dead letter of ${origin}.`);
        for (const line of lines.slice(0, -1)) print(line);
      }),
    );
}

type RepublishOptions = Filter & { readonly all?: boolean; readonly yes?: boolean };

function republishCommand(withKafka: WithKafka, print: Print): Command {
  return new Command('republish')
    .description('publish originals to the topic that they came from; without --yes only say which')
    .argument('[origins...]', '<topic>/<partition>/<offset> of each')
    .option('--topic <name>', 'with --reason or --all: the topic they came from; all topics when missing')
    .option('--reason <code>', 'all with this reason')
    .option('--all', 'all of them')
    .option('--yes', 'do it')
    .action((origins: string[], options: RepublishOptions) =>
      withKafka(async (connection) => {
        const wanted = choose(origins, options);
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
          for (const topic of new Set(origins.length > 0 ? origins.map(topicOf) : topicsOf(options))) {
            await republish(connection, { topic, wanted, publish, report });
          }
        } finally {
          await publisher.close();
          print(publish ? `${count} published again` : `${count} would be published again; --yes does it`);
        }
      }),
    );
}

/** Nothing chosen must not mean everything. */
function choose(origins: readonly string[], options: RepublishOptions): (letter: DeadLetter) => boolean {
  const byFilter = options.all === true || options.reason !== undefined;
  if (origins.length > 0 && !byFilter) return ({ origin }) => origins.includes(origin);
  if (origins.length === 0 && byFilter) return (letter) => matches(letter, options);
  throw new Error('Say which: either origins, or --reason <code>, or --all.');
}

const matches = (letter: DeadLetter, { reason }: Filter) => reason === undefined || letter.reason === reason;

function topicsOf({ topic }: Filter): string[] {
  return topic === undefined ? Object.values(topics).map(({ name }) => name) : [topic];
}

function topicOf(origin: string): string {
  const [, topic] = /^(.+)\/\d+\/\d+$/.exec(origin) ?? [];
  if (topic === undefined) throw new Error(`«${origin}» is not of the form <topic>/<partition>/<offset>.`);
  return topic;
}

function lineOf({ origin, reason, attempt, time }: DeadLetter): string {
  return [origin, reason, `attempt ${attempt}`, time].join('  ');
}

type WithKafka = (run: (connection: KafkaConnection) => Promise<void>) => Promise<void>;

async function connected(
  env: NodeJS.ProcessEnv,
  log: Log,
  run: (connection: KafkaConnection) => Promise<void>,
): Promise<void> {
  const brokers = env['KAFKA_BOOTSTRAP_SERVERS'];
  if (!brokers) throw new Error('KAFKA_BOOTSTRAP_SERVERS is not set: the broker as host:port.');
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
