import { exitOnBadUse } from '@bridge/cli/exit-on-bad-use';
import { Command } from 'commander';

type Script = {
  /** How it is called without arguments: `npm run proof`. */
  readonly call: string;
  readonly description: string;
  /** The arguments of one call each. */
  readonly examples: readonly string[];
};

/**
 * Creates the command line of an npm script. `--help` ends with examples. Bad use prints one sentence and the way to the
 * help, and exits with code 2.
 */
export function createScriptCommand({ call, description, examples }: Script): Command {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  const withArguments = call.startsWith('npm') ? `${call} --` : call;
  const lines = examples.map((example) => `  ${example === '' ? call : `${withArguments} ${example}`}`);
  const command = new Command(withArguments)
    .description(description)
    .addHelpText('after', ['', `${title}:`, ...lines].join('\n'));
  return exitOnBadUse(command, withArguments);
}
