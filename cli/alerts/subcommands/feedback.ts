import { InvalidArgumentError, type Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { actOnAlert } from '../act-on-alert.ts';
import { apiCommand, type ApiOptions, type Surroundings } from '../api-options.ts';
import { parseIdStart } from '../whole-id.ts';

type Options = ApiOptions & {
  readonly useful?: boolean;
  readonly notUseful?: boolean;
  readonly comment?: string;
};

/** `alerts feedback ID --useful | --not-useful`. */
export function feedbackCommand(surroundings: Surroundings): Command {
  const command = apiCommand('feedback', surroundings)
    .description('Say whether an alert was useful. `alerts statistics` counts it.')
    .argument('<id>', 'its first 6 or more digits', parseIdStart)
    .option('--useful', 'it was')
    .option('--not-useful', 'it was not')
    .option('--comment <text>', 'a word on it')
    .action((start: string, options: Options) => {
      const { useful = false, notUseful = false, comment } = options;
      if (useful === notUseful) throw new InvalidArgumentError('Give either --useful or --not-useful.');
      const body = { useful, ...(comment !== undefined && { comment }) };
      return actOnAlert(surroundings, options, start, { name: 'feedback', body });
    });
  return addExamples(command, "alerts feedback 4f0c2a --not-useful --comment 'he was running'");
}
