import { severities, type SilenceBody } from '@bridge/contracts';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../number-options.ts';
import { mostMinutes } from '../act-on-alert.ts';
import { shortId, timeInWords } from '../alert-words.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';

type Options = ApiOptions & {
  readonly user?: string[];
  readonly kind?: string[];
  readonly severity?: string[];
  readonly group?: string[];
  readonly source?: string[];
  readonly for: number;
  readonly comment: string;
};

/** `alerts silence --user U --for MINUTES --comment TEXT`. */
export function silenceCommand(surroundings: Surroundings): Command {
  const { print, now } = surroundings;
  const command = apiCommand('silence', surroundings)
    .description('Hold every message about the alerts that match all of the given options.')
    .option('--user <id...>', 'of these persons')
    .option('--kind <kind...>', "of these kinds; 'rule.*' stands for all that begin so")
    .addOption(new Option('--severity <severity...>', 'of these severities').choices(severities))
    .option('--group <name...>', 'of persons in these groups')
    .option('--source <name...>', "raised by these; 'ring.*' stands for all that begin so")
    .requiredOption('--for <minutes>', 'how long, from now on', wholeNumber(1, mostMinutes))
    .requiredOption('--comment <text>', 'why, for others who see it')
    .action(async (options: Options) => {
      const ends = new Date(now() + options.for * 60_000).toISOString();
      const body = { match: matchOf(options), ends_at: ends, comment: options.comment };
      const silence = (await apiOf(surroundings, options).ask('POST', '/silences', { body })) as {
        readonly silence_id: string;
        readonly ends_at: string;
      };
      const { silence_id, ends_at } = silence;
      if (options.json === true) print(JSON.stringify(silence));
      else print(`Silence ${shortId(silence_id)} holds until ${timeInWords(ends_at)}.`);
    });
  return addExamples(
    command,
    "alerts silence --user ada --kind 'rule.*' --severity warning --for 120 --comment 'she has a fever'",
  );
}

function matchOf({ user, kind, severity, group, source }: Options): SilenceBody['match'] {
  const match = {
    ...(user && { user_id: user }),
    ...(kind && { kind: kind.map(textMatch) }),
    ...(severity && { severity: severity as SilenceBody['match']['severity'] & {} }),
    ...(group && { group }),
    ...(source && { source: source.map(textMatch) }),
  };
  if (Object.keys(match).length > 0) return match;
  throw new InvalidArgumentError('Say what to silence: --user, --kind, --severity, --group or --source.');
}

function textMatch(text: string): string | { prefix: string } {
  return text.endsWith('*') ? { prefix: text.slice(0, -1) } : text;
}
