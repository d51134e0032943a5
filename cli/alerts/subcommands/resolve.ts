import type { Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { actOnAlert } from '../act-on-alert.ts';
import { apiCommand, type ApiOptions, type Surroundings } from '../api-options.ts';
import { parseIdStart } from '../whole-id.ts';

/** `alerts resolve ID`. */
export function resolveCommand(surroundings: Surroundings): Command {
  const command = apiCommand('resolve', surroundings)
    .description('End an alert by hand. It stays so until it gets worse or fires anew.')
    .argument('<id>', 'its first 6 or more digits', parseIdStart)
    .option('--comment <text>', 'why; it stays with the alert')
    .action((start: string, options: ApiOptions & { readonly comment?: string }) => {
      const body = options.comment === undefined ? {} : { comment: options.comment };
      return actOnAlert(surroundings, options, start, { name: 'resolve', body });
    });
  return addExamples(command, "alerts resolve 4f0c2a --comment 'we talked, all is well'");
}
