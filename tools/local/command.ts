import { Command } from 'commander';
import { controlProgram, listPrograms, type ControlAction } from './control.ts';
import { checkout, stackPaths } from './paths.ts';

const actions: Readonly<Record<ControlAction, string>> = {
  stop: 'stop one program and keep it stopped, to see what the others do without it',
  start: 'start a program that was stopped',
  kill: 'end a program with SIGKILL; it is started again',
};

/** `local`: looks at the stack that `npm start` runs in this checkout, and stops or starts single programs of it. */
export function localCommand(): Command {
  const { run } = stackPaths(checkout);
  const command = new Command('local').description('the stack that `npm start` runs here');
  command
    .command('list')
    .description('the programs of the stack, their state and process')
    .action(async () => console.table(await listPrograms(run)));
  for (const [action, description] of Object.entries(actions)) {
    command
      .command(action)
      .argument('<program>', 'a name from `local list`, such as kafka')
      .description(description)
      .action((name: string) => controlProgram(run, name, action as ControlAction));
  }
  return command;
}
