import { runProgram } from '@bridge/cli/run-program';
import { Command } from 'commander';
import { commands } from './commands.ts';

await runProgram(new Command('bridge').description("The developers' commands of the biometric bridge."), {
  loaders: commands,
});
