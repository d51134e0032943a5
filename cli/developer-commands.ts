import { Command } from 'commander';
import { runScript } from './run-script.ts';

type DeveloperCommand = { readonly name: string; readonly description: string };

/** The commands that `tools/developer.ts` runs. They are listed here because nothing in `cli/` imports `tools/`. */
export const developerCommands: readonly DeveloperCommand[] = [
  { name: 'deploy-check', description: 'Check docker-compose.yml and the nginx routes.' },
  { name: 'prepare-tests', description: 'Create the template that test databases are copied from.' },
  { name: 'proofs-document', description: 'Write docs/proofs.md from the last full runs.' },
  { name: 'simulate', description: 'Post events of synthetic people through the edge.' },
];

/** Creates a command that hands everything over, `--help` included. */
export function createDeveloperCommand({ name, description }: DeveloperCommand): Command {
  return new Command(name)
    .description(description)
    .helpGroup('For developers:')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[args...]')
    .action((args: string[]) => runScript('tools/developer.ts', [name, ...args]));
}
