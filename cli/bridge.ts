import { Command } from 'commander';
import { commandAliases, operatorCommands } from './commands.ts';
import { createDeveloperCommand, developerCommands } from './developer-commands.ts';
import { addExamples } from './examples.ts';
import { runProgram } from './run-program.ts';

const program = new Command('bridge')
  .description('Operate the biometric bridge.')
  .helpCommand('help [command]', 'Show the help of a command.');
addExamples(program, 'topics', 'dead-letters list --help');

await runProgram(program, {
  loaders: operatorCommands,
  aliases: commandAliases,
  others: developerCommands.map(createDeveloperCommand),
});
