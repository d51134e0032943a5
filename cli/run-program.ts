import type { Log, LogFields } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { InvalidArgumentError, type Command } from 'commander';
import { exitOnBadUse } from './exit-on-bad-use.ts';

export type Print = (line: string) => void;

/** Creates a command. Results go to `print` (stdout), progress and warnings to `log` (stderr). */
export type CreateCommand = (env: Env, log: Log, print: Print) => Command;

/** By name. A command is loaded only when it is needed: the libraries of one take a second to import. */
export type CommandLoaders = Readonly<Record<string, () => Promise<CreateCommand>>>;

type Commands = {
  readonly loaders: CommandLoaders;
  /** Other names of the same commands. */
  readonly aliases?: CommandLoaders;
  /** Commands that need no loading. The help lists them last. */
  readonly others?: readonly Command[];
};

/**
 * Runs a program of commands on this process's arguments. Bad use prints one sentence and the way to the help, and exits
 * with code 2; an error of a command prints its message alone and exits with code 1.
 */
export async function runProgram(
  program: Command,
  { loaders, aliases = {}, others = [] }: Commands,
): Promise<void> {
  const name = process.argv[2] ?? '';
  const loader = loaders[name] ?? aliases[name];
  for (const load of loader ? [loader] : Object.values(loaders)) {
    const create = await load();
    program.addCommand(create(process.env, terminalLog, console.log));
  }
  for (const command of others) program.addCommand(command);
  exitOnBadUse(program, 'npm run bridge --');
  // `| head` closes the pipe when it has enough.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof InvalidArgumentError) {
      const command = program.commands.find((one) => one.name() === program.args[0]) ?? program;
      command.error(`error: ${error.message}`);
    }
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

function write(message: string, fields: LogFields = {}): void {
  const details = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`);
  console.error([message, ...details].join(' '));
}

/** Messages for a person at a terminal, on stderr, so that stdout holds the result alone. */
const terminalLog: Log = { debug: () => undefined, info: write, warn: write, error: write };
