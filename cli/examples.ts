import type { Command } from 'commander';

/** Ends a command's help with examples, written as an operator types them. */
export function addExamples(command: Command, ...examples: readonly string[]): Command {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  const lines = examples.map((example) => `  npm run bridge -- ${example}`);
  return command.addHelpText('after', ['', `${title}:`, ...lines].join('\n'));
}
