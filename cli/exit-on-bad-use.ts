import type { Command } from 'commander';

/**
 * Makes a command and all commands below it exit with code 2 after bad use, with one sentence and the way to the help, and
 * with 0 after `--help`.
 *
 * @param call How the command is called without arguments: `npm run bridge --`.
 */
export function exitOnBadUse(command: Command, call: string): Command {
  for (const below of command.commands) exitOnBadUse(below, `${call} ${below.name()}`);
  return command
    .showHelpAfterError(`See ${call} --help.`)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}
