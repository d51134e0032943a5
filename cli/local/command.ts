import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { controlProgram, listPrograms, type ControlAction } from './stack-control.ts';
import { checkout, stackPaths } from './stack-paths.ts';

const actions: Readonly<Record<ControlAction, string>> = {
  stop: 'Stop one program and keep it stopped, to see how the others behave without it.',
  start: 'Start a program that was stopped.',
  kill: 'End a program with SIGKILL. The stack starts it again.',
};

/** `local`: lists the programs of the stack that `npm start` runs in this checkout, and stops or starts one of them. */
export function localCommand(): Command {
  const { run } = stackPaths(checkout);
  const command = new Command('local').description('List, stop and start the programs of `npm start`.');
  const list = command
    .command('list')
    .description('List the programs of the stack with state and process id.')
    .option('--json', 'print one line of JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const programs = await listPrograms(run);
      if (json === true) console.log(JSON.stringify({ programs }));
      else console.table(programs);
    });
  addExamples(list, 'local list');
  for (const [action, description] of Object.entries(actions)) {
    const control = command
      .command(action)
      .argument('<program>', 'a name that `local list` prints, such as kafka')
      .description(description)
      .action((name: string) => controlProgram(run, name, action as ControlAction));
    addExamples(control, `local ${action} kafka`);
  }
  return addExamples(command, 'local list', 'local stop kafka');
}
