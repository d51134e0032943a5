import type { Log, LogFields } from '@bridge/core';
import { Command } from 'commander';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What each `tools/<name>/command.ts` exports, as `<name>Command`. */
type CreateCommand = (env: NodeJS.ProcessEnv, log: Log) => Command;

const folders = readdirSync(import.meta.dirname)
  .filter((name) => existsSync(commandFile(name)))
  .sort();

const wanted = process.argv[2] ?? '';
// One tool's libraries are a second's worth of imports: only the tool that is asked for is loaded, all of them for help.
const loaded = folders.includes(wanted) ? [wanted] : folders;

const program = new Command('bridge').description('tools of the biometric bridge');
for (const folder of loaded) program.addCommand(await load(folder));

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function load(folder: string): Promise<Command> {
  const exported = (await import(commandFile(folder))) as Record<string, CreateCommand | undefined>;
  const name = `${camelCase(folder)}Command`;
  const create = exported[name];
  if (!create) throw new Error(`${commandFile(folder)} does not export ${name}.`);
  return create(process.env, terminalLog());
}

function commandFile(folder: string): string {
  return join(import.meta.dirname, folder, 'command.ts');
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Messages for a person at a terminal, on stderr, so that stdout holds the result alone. */
function terminalLog(): Log {
  const write = (message: string, fields: LogFields = {}) => {
    const details = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`);
    console.error([message, ...details].join(' '));
  };
  return { debug: () => undefined, info: write, warn: write, error: write };
}
