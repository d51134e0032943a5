import type { Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../number-options.ts';
import { actOnAlert, mostMinutes } from '../act-on-alert.ts';
import { apiCommand, type ApiOptions, type Surroundings } from '../api-options.ts';
import { parseIdStart } from '../whole-id.ts';

/** `alerts snooze ID --for MINUTES`. */
export function snoozeCommand(surroundings: Surroundings): Command {
  const command = apiCommand('snooze', surroundings)
    .description('Hear of an alert again later, or when it gets worse.')
    .argument('<id>', 'its first 6 or more digits', parseIdStart)
    .requiredOption('--for <minutes>', 'how long', wholeNumber(1, mostMinutes))
    .action((start: string, options: ApiOptions & { readonly for: number }) =>
      actOnAlert(surroundings, options, start, { name: 'snooze', body: { for_minutes: options.for } }),
    );
  return addExamples(command, 'alerts snooze 4f0c2a --for 60');
}
