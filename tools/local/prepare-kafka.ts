import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askSocket } from './ask-socket.ts';
import { kafkaJars } from './download-kafka.ts';
import type { StackPaths } from '@bridge/cli/stack-paths';
import { runCommand } from './run-command.ts';
import type { Program } from './supervise.ts';

// At its default level the broker writes 1,300 lines before the first message.
const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true'];

type Options = {
  readonly paths: StackPaths;
  readonly java: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly signal?: AbortSignal;
};

/** Prepares a Kafka broker on loopback: one process that is its own controller. The first start formats its storage. */
export async function prepareKafka({ paths, java, port, controllerPort, signal }: Options): Promise<Program> {
  const jars = join(kafkaJars(paths.downloads), '*');
  const home = join(paths.data, 'kafka');
  const logs = join(home, 'logs');
  const config = join(home, 'server.properties');
  await mkdir(home, { recursive: true });
  await writeFile(config, serverProperties({ port, controllerPort, logs }));
  if (!existsSync(join(logs, 'meta.properties'))) {
    await rm(logs, { recursive: true, force: true });
    // A leading dash would make it an option.
    const clusterId = `A${randomBytes(16).toString('base64url').slice(1)}`;
    const tool = ['-cp', jars, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', config];
    await runCommand(java, ['-XX:TieredStopAtLevel=1', ...tool], { signal });
  }
  await writeConsoleTools({ bin: paths.bin, java, jars });
  return {
    name: 'kafka',
    command: java,
    args: ['-Xmx512m', '-Djava.net.preferIPv4Stack=true', ...quiet, '-cp', jars, 'kafka.Kafka', config],
    isReady: () => askSocket(port, apiVersionsRequest, isApiVersionsReply),
  };
}

/** Returns the broker's configuration. Topics have their own, see cli/topics. */
function serverProperties(options: { port: number; controllerPort: number; logs: string }): string {
  const { port, controllerPort, logs } = options;
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logs,
    // An undeclared topic is a typing mistake.
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 5,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

// ApiVersions, version 0: length, api key 18, api version 0, correlation id 1, client id null. An open port proves
// nothing: the broker opens it before it serves requests, and another program may listen there.
const apiVersionsRequest = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

function isApiVersionsReply(reply: Buffer): boolean {
  return reply.length >= 8 && reply.readInt32BE(4) === 1;
}

const consoleTools = {
  'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
  'kafka-consumer-groups.sh': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-console-producer.sh': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-console-consumer.sh': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
};

/** Writes the console tools under the names that the deployment guide uses. */
async function writeConsoleTools({
  bin,
  java,
  jars,
}: {
  bin: string;
  java: string;
  jars: string;
}): Promise<void> {
  for (const [name, main] of Object.entries(consoleTools)) {
    const script = `#!/bin/sh\nexec '${java}' -XX:TieredStopAtLevel=1 ${quiet.join(' ')} -cp '${jars}' ${main} "$@"\n`;
    await writeFile(join(bin, name), script, { mode: 0o755 });
  }
}
