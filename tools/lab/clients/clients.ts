import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from './client.ts';
import { kafkaJavascript } from './kafka-javascript.ts';
import { runCommand } from './run-command.ts';

const plain = { format: 'JSON', shape: 'the shorthand' };
const python = (packages: readonly string[]) => async (directory: string) => {
  await runCommand([
    'python3',
    '-m',
    'pip',
    'install',
    '-q',
    '--target',
    join(directory, 'python'),
    ...packages,
  ]);
};
const pythonVersion = (name: string) => async (directory: string) => {
  const code = `import importlib.metadata as m; print(m.version('${name}'))`;
  return (await runCommand(['python3', '-c', code], { env: pythonPath(directory) })).trim();
};
const runPython = (directory: string, sender: string) => [
  ...['env', `PYTHONPATH=${pythonPath(directory).PYTHONPATH}`, 'python3', sender],
];

function pythonPath(directory: string) {
  return { PYTHONPATH: join(directory, 'python') };
}

const confluentKafka: Client = {
  ...{ name: 'confluent-kafka', language: 'python', sender: 'confluent_kafka_sender.py' },
  shapes: [
    plain,
    { format: 'JSON Schema', shape: 'a title of its own' },
    { format: 'Avro', shape: 'nullable timestamp-millis' },
    { format: 'Protobuf', shape: 'base64 descriptor, Timestamp, a map' },
  ],
  install: python(['confluent-kafka[avro,json,protobuf,schemaregistry]']),
  isInstalled: (directory) => existsSync(join(directory, 'python/confluent_kafka')),
  version: pythonVersion('confluent-kafka'),
  command: runPython,
};

const kafkaPython: Client = {
  ...{ name: 'kafka-python', language: 'python', sender: 'kafka_python_sender.py' },
  shapes: [
    { format: 'JSON', shape: 'epoch seconds, a number as text' },
    { format: 'JSON', shape: 'no offset' },
    { format: 'JSON', shape: 'encoded twice, +0000' },
  ],
  install: python(['kafka-python']),
  isInstalled: (directory) => existsSync(join(directory, 'python/kafka')),
  version: pythonVersion('kafka-python'),
  command: runPython,
};

const kafkajs: Client = {
  ...{ name: 'kafkajs', language: 'js', sender: 'kafkajs_sender.mjs' },
  shapes: [
    { format: 'JSON', shape: 'a list' },
    { format: 'JSON', shape: 'structured CloudEvents' },
    { format: 'Avro', shape: 'wrapped unions' },
  ],
  install: async (directory) => {
    const cwd = join(directory, 'npm');
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'package.json'), '{"private":true}');
    await runCommand(['npm', 'install', '-s', 'kafkajs', '@kafkajs/confluent-schema-registry'], { cwd });
  },
  isInstalled: (directory) => existsSync(join(directory, 'npm/node_modules/kafkajs')),
  version: async (directory) => {
    const code = `console.log(require('${join(directory, 'npm/node_modules/kafkajs/package.json')}').version)`;
    return (await runCommand(['node', '-e', code])).trim();
  },
  command: (_directory, sender) => ['node', sender],
};

const franzGo: Client = {
  ...{ name: 'franz-go', language: 'go', sender: 'franz_sender.go' },
  shapes: [plain, { format: 'Avro', shape: 'timestamp-micros, zstd' }],
  install: async (directory) => {
    const cwd = join(directory, 'go');
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'go.mod'), 'module clients\n\ngo 1.23\n');
    const modules = ['twmb/franz-go/pkg/kgo', 'twmb/franz-go/pkg/sr', 'hamba/avro/v2'];
    await runCommand(['go', 'get', ...modules.map((name) => `github.com/${name}@latest`)], { cwd });
  },
  isInstalled: (directory) => existsSync(join(directory, 'go/go.sum')),
  version: async (directory) => {
    const list = ['go', 'list', '-m', '-f', '{{.Version}}', 'github.com/twmb/franz-go'];
    return (await runCommand(list, { cwd: join(directory, 'go') })).trim().replace(/^v/, '');
  },
  command: (directory, sender) => ['go', 'run', '-C', join(directory, 'go'), sender],
};

const javaVersions = { kafka: '3.9.1', apicurio: '2.5.11.Final' };

const java: Client = {
  ...{ name: 'kafka-clients (Java) with Apicurio serdes', language: 'java', sender: 'JavaSender.java' },
  shapes: [
    { format: 'JSON', shape: 'no seconds, a zone in brackets, lz4' },
    { format: 'Avro', shape: "timestamp-millis, Apicurio's serializer" },
  ],
  install: async (directory) => {
    const cwd = join(directory, 'maven');
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'pom.xml'), pom());
    const output = `-DoutputDirectory=${join(directory, 'java')}`;
    await runCommand(['mvn', '-q', '-B', 'dependency:copy-dependencies', output], { cwd });
  },
  isInstalled: (directory) => existsSync(join(directory, 'java')),
  version: () => Promise.resolve(`${javaVersions.kafka}, ${javaVersions.apicurio}`),
  command: (directory, sender) => ['java', '-cp', join(directory, 'java', '*'), sender],
};

function pom(): string {
  const dependency = (group: string, artifact: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    '<groupId>clients</groupId><artifactId>clients</artifactId><version>1</version><dependencies>',
    dependency('org.apache.kafka', 'kafka-clients', javaVersions.kafka),
    dependency('io.apicurio', 'apicurio-registry-serdes-avro-serde', javaVersions.apicurio),
    '</dependencies></project>',
  ].join('\n');
}

const kcat: Client = {
  ...{ name: 'kcat', language: 'sh', sender: 'kcat_sender.sh' },
  shapes: [{ format: 'JSON', shape: 'one event a line, in one message' }],
  install: async () => {
    const found = await runCommand(['kcat', '-V']).catch(() => undefined);
    if (found === undefined) await runCommand(['apt-get', 'install', '-y', '-q', 'kcat']);
  },
  isInstalled: () => true,
  version: async () => /Version ([\d.]+)/.exec(await runCommand(['kcat', '-V']))?.[1] ?? '',
  command: (_directory, sender) => ['sh', sender],
};

/** In the order of the table in docs/partners.md. */
export const clients: readonly Client[] = [
  confluentKafka,
  kafkaPython,
  franzGo,
  java,
  kafkajs,
  kcat,
  kafkaJavascript,
];
