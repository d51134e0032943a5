import type { Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../number-options.ts';
import { actOnAlert, mostMinutes } from '../act-on-alert.ts';
import { apiCommand, type ApiOptions, type Surroundings } from '../api-options.ts';
import { parseIdStart } from '../whole-id.ts';

/** `alerts acknowledge ID`. */
export function acknowledgeCommand(surroundings: Surroundings): Command {
  const command = apiCommand('acknowledge', surroundings)
    .description('Say that somebody takes care: no repetitions and no escalation until it gets worse.')
    .argument('<id>', 'its first 6 or more digits', parseIdStart)
    .option('--for <minutes>', 'until then (default: until it ends)', wholeNumber(1, mostMinutes))
    .action((start: string, options: ApiOptions & { readonly for?: number }) => {
      const body = options.for === undefined ? {} : { for_minutes: options.for };
      return actOnAlert(surroundings, options, start, { name: 'acknowledge', body });
    });
  return addExamples(command, 'alerts acknowledge 4f0c2a', 'alerts acknowledge 4f0c2a --for 60');
}
