import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Client } from './client.ts';
import { nodeWithHeaders } from './node-with-headers.ts';
import { runCommand } from './run-command.ts';

const name = '@confluentinc/kafka-javascript';
const folderIn = (directory: string) => join(directory, 'kafka-javascript');

/** Its addon links to these packages of Debian. */
const libraries = [
  'libssl-dev',
  'zlib1g-dev',
  'libzstd-dev',
  'liblz4-dev',
  'libsasl2-dev',
  'libcurl4-openssl-dev',
];

/** The build takes 3 to 5 minutes on two busy cores. */
const buildTimeoutMs = 1_800_000;

/** Its npm package downloads a binary or builds one; here it is always built, for a node whose headers are on the machine. */
export const kafkaJavascript: Client = {
  ...{ name, language: 'js', sender: 'kafka_javascript_sender.mjs' },
  shapes: [
    { format: 'JSON', shape: 'the shorthand' },
    { format: 'JSON Schema', shape: 'no title' },
    { format: 'Avro', shape: 'timestamp-millis' },
    { format: 'Protobuf', shape: 'base64 descriptor, Timestamp, a map' },
  ],
  install: async (directory) => {
    const { node, prefix } = nodeWithHeaders();
    await installLibraries();
    const cwd = folderIn(directory);
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'package.json'), '{"private":true}');
    const env = {
      PATH: [dirname(node), process.env['PATH']].join(delimiter),
      CKJS_LINKING: 'dynamic',
      npm_config_nodedir: prefix,
      npm_config_build_from_source: name,
    };
    const install = ['npm', 'install', '-s', name, '@confluentinc/schemaregistry'];
    await runCommand(install, { cwd, env, timeoutMs: buildTimeoutMs });
  },
  isInstalled: (directory) =>
    existsSync(join(folderIn(directory), 'node_modules/@confluentinc/schemaregistry')),
  /** Loads the addon: one that another node was built for is built again. */
  version: async (directory) => {
    const code = `require('${name}'); console.log(require('${name}/package.json').version)`;
    return (await runCommand([nodeWithHeaders().node, '-e', code], { cwd: folderIn(directory) })).trim();
  },
  command: (_directory, sender) => [nodeWithHeaders().node, sender],
};

/** @throws Error that names the missing libraries, where apt-get cannot install them. */
async function installLibraries(): Promise<void> {
  const missing: string[] = [];
  for (const library of libraries) {
    const status = await runCommand(['dpkg-query', '-W', '-f', '${Status}', library]).catch(() => '');
    if (!status.endsWith(' installed')) missing.push(library);
  }
  if (missing.length === 0) return;
  try {
    await runCommand(['apt-get', 'install', '-y', '-q', ...missing]);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Error(`Debian's ${missing.join(', ')} are missing and could not be installed: ${cause}`, {
      cause: error,
    });
  }
}
